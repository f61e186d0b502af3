/** Which function answers a method of a path: API Gateway's routing of the `http:` events. */

export interface HttpEvent {
  path: string
  method: string
  authorizer?: { name?: string }
}

export interface FunctionDefinition {
  events?: { http?: HttpEvent }[]
}

export interface Route {
  /** Key of the function in serverless.yml. */
  function: string
  /** The path as API Gateway writes it: `/proc/job`, `/{proxy+}`. */
  resource: string
  /** Key of the function that decides who may call, if any. */
  authorizer: string | undefined
}

/**
 * Finds routes among the functions' events. An exact path comes before `{proxy+}`, an exact method
 * before `any`; HEAD is a method like any other and a path with a slash at its end is another path.
 * There are no other path parameters here, so none are handled.
 */
export function routeTable(functions: Readonly<Record<string, FunctionDefinition>>) {
  const table = new Map<string, Route>()
  for (const [name, { events = [] }] of Object.entries(functions)) {
    for (const { http } of events) {
      if (!http) continue
      const resource = `/${http.path.replace(/^\//, '')}`
      table.set(`${http.method.toUpperCase()} ${resource}`, {
        function: name,
        resource,
        authorizer: http.authorizer?.name,
      })
    }
  }
  const known = (resource: string) =>
    [...table.values()].some((route) => route.resource === resource)
  return function route(method: string, path: string): Route | undefined {
    const resource = known(path) ? path : '/{proxy+}'
    return table.get(`${method} ${resource}`) ?? table.get(`ANY ${resource}`)
  }
}
