/** GET /nodes of the stand-in, as cavern's GetNodeAction. */
import type { ServerResponse } from 'node:http'
import { answer, fail, plain, redirect } from './stand-in-answers.ts'
import { type NodeDocument, node as nodeDocument } from './stand-in-documents.ts'
import { escapedPath, type Space } from './stand-in-space.ts'

const CORE = 'ivo://ivoa.net/vospace/core'

export async function nodes(
  space: Space,
  response: ServerResponse,
  service: string,
  path: string,
  query: URLSearchParams,
): Promise<void> {
  const staged = space.faults.at('nodes')
  if (staged) return fail(response, staged)
  if (query.has('sort') || query.has('order')) {
    return plain(response, 400, 'OptionNotSupported: sort\n')
  }
  const fault = await space.objection(path, response.req)
  if (fault) return fail(response, fault, space.uri(service, path))
  if (query.get('view') === 'data') {
    return redirect(response, `${space.base}/${service}/files${escapedPath(path)}`)
  }
  const document = await describe(space, service, path, true)
  const from = query.get('uri')
  const start = Math.max(0, document.children?.findIndex((child) => child.uri === from) ?? 0)
  const limit = Number(query.get('limit') ?? 1000)
  if (document.children) document.children = document.children.slice(start, start + limit)
  answer(response, 200, 'text/xml', nodeDocument(document, query.get('detail') === 'min'))
}

async function describe(
  space: Space,
  service: string,
  path: string,
  deep: boolean,
): Promise<NodeDocument> {
  const node = await space.tree.node(path)
  const properties: [string, string][] = [
    [`${CORE}#creator`, 'alice'],
    [`${CORE}#date`, '2026-11-23T18:00:00.000'],
    [`${CORE}#ispublic`, String(!space.isPrivate(path))],
  ]
  const uri = space.uri(service, path)
  if (node?.kind !== 'file') {
    const names = deep && node ? node.children : []
    const prefix = path === '/' ? '' : path
    const children = await Promise.all(
      names.map((name) => describe(space, service, `${prefix}/${name}`, false)),
    )
    return { uri, type: 'ContainerNode', properties, children }
  }
  properties.push([`${CORE}#length`, String(node.size)])
  if (node.md5) properties.push([`${CORE}#MD5`, node.md5.toString('hex')])
  properties.push([`${CORE}#type`, 'application/octet-stream'])
  return { uri, type: 'DataNode', properties }
}
