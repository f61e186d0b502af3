/** What API Gateway makes of a REQUEST authorizer's answer. */
import type { APIGatewayAuthorizerResult } from 'aws-lambda'

export type Decision =
  | { allowed: true; context: Record<string, string> }
  | { allowed: false; context: Record<string, string>; failure: 'ACCESS_DENIED' }
  | { allowed: false; context: Record<string, string>; failure: 'AUTHORIZER_CONFIGURATION_ERROR' }

/**
 * Evaluates the policy for `methodArn`: a Deny that fits wins, then an Allow, and nothing is a Deny.
 * Values of the context reach functions and gateway responses as strings.
 */
export function decide(answer: unknown, methodArn: string): Decision {
  if (!isResult(answer)) {
    return { allowed: false, context: {}, failure: 'AUTHORIZER_CONFIGURATION_ERROR' }
  }
  const context = Object.fromEntries(
    Object.entries(answer.context ?? {}).map(([name, value]) => [name, String(value)]),
  )
  const effects = answer.policyDocument.Statement.filter((statement) =>
    resourcesOf(statement).some((pattern) => matches(pattern, methodArn)),
  ).map((statement) => statement.Effect)
  return effects.includes('Allow') && !effects.includes('Deny')
    ? { allowed: true, context: { ...context, principalId: answer.principalId } }
    : { allowed: false, context, failure: 'ACCESS_DENIED' }
}

function isResult(answer: unknown): answer is APIGatewayAuthorizerResult {
  const result = answer as Partial<APIGatewayAuthorizerResult> | null | undefined
  return Boolean(result?.principalId) && Array.isArray(result?.policyDocument?.Statement)
}

const resourcesOf = (statement: object): string[] =>
  'Resource' in statement ? [statement.Resource].flat().map(String) : []

/** `*` stands for any characters, `?` for one. The last `*` alone is tried anew: earlier ones need no more. */
function matches(pattern: string, arn: string): boolean {
  let [at, from] = [0, 0]
  let star: { after: number; taken: number } | undefined
  while (from < arn.length) {
    const wanted = pattern.charAt(at)
    if (wanted === '*') {
      star = { after: at + 1, taken: from }
      at += 1
    } else if (wanted === '?' || wanted === arn.charAt(from)) {
      at += 1
      from += 1
    } else {
      if (!star) return false
      star.taken += 1
      at = star.after
      from = star.taken
    }
  }
  return [...pattern.slice(at)].every((left) => left === '*')
}
