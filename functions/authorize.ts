/** Who is calling? The authorizer of both ways in: client certificate, or Basic. */
import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent } from 'aws-lambda'
import { identify } from '../lib/identity/caller.ts'
import { GRID_MAPFILE, HTPASSWD, readGridMapfile, readHtpasswd } from '../lib/identity/user-list.ts'
import { logLine } from '../lib/log/log.ts'
import { Problem } from '../lib/problem.ts'
import { header } from '../lib/request/header.ts'
import { readStoreSettings } from '../lib/settings.ts'
import { watched } from '../lib/staging/configuration.ts'
import { ObjectStore } from '../lib/staging/object-store.ts'

const store = new ObjectStore(readStoreSettings())
const gridMapfile = watched(store, GRID_MAPFILE, logged(GRID_MAPFILE, readGridMapfile))
const htpasswd = watched(store, HTPASSWD, logged(HTPASSWD, readHtpasswd))

/**
 * Allows with the caller's account, or denies with the reason. Where the users' list cannot be read
 * it allows without an account, and the function answers 503: a refusal would be untrue.
 */
export async function handler(
  event: APIGatewayRequestAuthorizerEvent,
): Promise<APIGatewayAuthorizerResult> {
  const started = Date.now()
  const told = (outcome: string, line: object, error?: unknown) =>
    logLine(
      'authorize',
      {
        request: event.requestContext.requestId,
        extended: event.requestContext.extendedRequestId,
        path: event.resource,
        outcome,
        ...line,
      },
      error,
      {
        Requests: 1,
        Latency: Date.now() - started,
        Denied: Number(outcome === 'denied'),
        AuthorizerFailures: Number(outcome === 'failed'),
      },
    )
  try {
    const caller = await identify(
      event.resource === '/proc/auth/job'
        ? { path: 'password', authorization: header(event, 'authorization') }
        : {
            path: 'certificate',
            clientCertPem: event.requestContext.identity.clientCert?.clientCertPem,
          },
      { gridMapfile, htpasswd },
    )
    if ('account' in caller) {
      told('allowed', { account: caller.account })
      return decision(event, 'Allow', caller)
    }
    // The gateway answers: no function has a line of this request.
    const { denied, ...why } = caller
    told('denied', why)
    return decision(event, 'Deny', { reason: denied })
  } catch (error) {
    told('failed', {}, error)
    const message = error instanceof Problem ? error.message : 'the list of users cannot be read'
    return decision(event, 'Allow', { unavailable: message })
  }
}

/** Tells the operator which lines of a list are not used, each time it has changed. */
function logged<T extends { readonly problems: readonly unknown[] }>(
  name: string,
  parse: (text: string) => T,
): (text: string) => T {
  return (text) => {
    const list = parse(text)
    if (list.problems.length > 0) {
      logLine('authorize', { configuration: name, problems: list.problems })
    }
    return list
  }
}

function decision(
  event: APIGatewayRequestAuthorizerEvent,
  Effect: 'Allow' | 'Deny',
  context: Record<string, string>,
): APIGatewayAuthorizerResult {
  return {
    principalId: context.account ?? 'nobody',
    policyDocument: {
      Version: '2012-10-17',
      Statement: [{ Action: 'execute-api:Invoke', Effect, Resource: event.methodArn }],
    },
    context,
  }
}
