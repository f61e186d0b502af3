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

/** In base64 a larger body makes an event of over 6 MB, which Lambda takes from nobody ("Lambda quotas"). */
const LARGEST_BODY = 4_700_000

/**
 * Allows with the caller's account, or denies with the reason. Where the users' list cannot be read
 * it allows without an account, and the function answers 503: a refusal would be untrue.
 * Throws the one error that the gateway makes its response UNAUTHORIZED of, for a body that no function could be given:
 * deploy/gateway-responses.yml makes that 413.
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
        TooLarge: Number(outcome === 'too large'),
      },
    )
  let account: string
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
    if ('denied' in caller) {
      // The gateway answers: no function has a line of this request.
      const { denied, ...why } = caller
      told('denied', why)
      return decision(event, 'Deny', { reason: denied })
    }
    account = caller.account
  } catch (error) {
    told('failed', {}, error)
    const message = error instanceof Problem ? error.message : 'the list of users cannot be read'
    return decision(event, 'Allow', { unavailable: message })
  }
  const length = Number(header(event, 'content-length') ?? 0)
  if (length > LARGEST_BODY) {
    told('too large', { account, length })
    throw new Error('Unauthorized')
  }
  told('allowed', { account })
  return decision(event, 'Allow', { account })
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
