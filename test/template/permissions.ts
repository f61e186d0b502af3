/** Each function has a role of its own, and may do what it needs and no more. */
import {
  at,
  isObject,
  listOf,
  named,
  ofType,
  type Template,
  type Value,
  within,
} from './template.ts'

/** Where a permission is wider than one thing, and why it has to be. Role, action, resource. */
const REASONS: [role: RegExp, action: RegExp, resource: RegExp, reason: string][] = [
  [
    /^(Get|Post|Delete|Availability)Role$/,
    /^ec2:(Create|Delete|Describe)NetworkInterfaces?$|^ec2:DescribeSubnets$|^ec2:(Una|A)ssignPrivateIpAddresses$/,
    /^\*$/,
    'Lambda makes network interfaces whose names nobody knows before; a Deny keeps our own code from it',
  ],
  [/^GetRole$/, /^s3:/, /StagingBucket.*\/replies\/\*$/, 'replies are named by request ids'],
  [/^GetRole$/, /^s3:/, /StagingBucket.*\/snapshots\/\*$/, 'snapshots are named by their time'],
  [/^(Post|Delete)Role$/, /^s3:/, /\/snapshots\/written\/\*$/, 'one object for each account'],
  [/^PostRole$/, /^s3:/, /StagingBucket.*\/submissions\/\*$/, 'so are submissions'],
  [/^AvailabilityRole$/, /^s3:/, /StagingBucket.*\/health\/\*$/, 'each check has its own object'],
]

const LOG = ['logs:CreateLogStream', 'logs:PutLogEvents']
const CONFIG = 's3:ListBucket ConfigBucket.Arn'
const config = (name: string) => `s3:GetObject \${ConfigBucket.Arn}/${name}`
const staging = (folder: string, ...actions: string[]) =>
  actions.map((action) => `s3:${action} \${StagingBucket.Arn}/${folder}/*`)
const SSH = ['secretsmanager:GetSecretValue SubmitKey', CONFIG, config('known_hosts')]
const MULTIPART = ['PutObject', 'GetObject', 'AbortMultipartUpload']

/** What each function does with what, beside its own log and the network: no less and no more. */
const NEEDS: Record<string, string[]> = {
  Authorize: [CONFIG, config('grid-mapfile'), config('htpasswd')],
  Get: [
    ...SSH,
    ...staging('replies', ...MULTIPART),
    ...staging('snapshots', ...MULTIPART, 'DeleteObject'),
    's3:ListBucket StagingBucket.Arn',
  ],
  Post: [
    ...SSH,
    config('maintenance.json'),
    'secretsmanager:GetSecretValue VosCredentialsSecret',
    'kms:Decrypt VosCredentialsKey',
    ...staging('submissions', ...MULTIPART, 'DeleteObject'),
    's3:GetObject ${StagingBucket.Arn}/health/state.json',
    ...staging('snapshots/written', 'PutObject'),
  ],
  Delete: [...SSH, ...staging('snapshots/written', 'PutObject')],
  Availability: [
    ...SSH,
    config('maintenance.json'),
    config('grid-mapfile'),
    config('htpasswd'),
    config('truststore.pem'),
    's3:ListBucket StagingBucket.Arn',
    ...staging('health', 'PutObject', 'GetObject', 'DeleteObject'),
  ],
  Document: [],
  Unsupported: [],
}

export function permissionFindings(template: Template): string[] {
  const found: string[] = []
  const roles = new Map<string, string>()
  for (const [name, { Properties }] of ofType(template, 'AWS::Lambda::Function')) {
    const role = named(Properties?.Role)[0] ?? 'no role'
    const other = roles.get(role)
    if (other) found.push(`${name}: shares ${role} with ${other}`)
    roles.set(role, name)
  }
  for (const [name, { Properties }] of ofType(template, 'AWS::IAM::Role')) {
    const user = roles.get(name)?.replace('LambdaFunction', '')
    if (!user) found.push(`${name}: no function has this role`)
    const trusted = named(Properties?.AssumeRolePolicyDocument)
    const principals = listOf(at(Properties, 'AssumeRolePolicyDocument', 'Statement')).map(
      (statement) => at(statement, 'Principal', 'Service'),
    )
    if (
      trusted.length > 0 ||
      principals.some((principal) => principal !== 'lambda.amazonaws.com')
    ) {
      found.push(`${name}: somebody other than Lambda can take it`)
    }
    if (Properties?.ManagedPolicyArns !== undefined) {
      found.push(`${name}: what a managed policy allows is not in our hands`)
    }
    // Lambda deletes its interfaces by this role after the update that takes the network away.
    if (listOf(Properties?.Policies).some((policy) => at(policy, 'Fn::If') !== undefined)) {
      found.push(`${name}: loses a policy while it is needed`)
    }
    const may = new Set<string>()
    for (const { action, resource } of allowed(Properties?.Policies)) {
      const wide = action.includes('*') || resource.includes('*')
      const reason = REASONS.some(
        ([r, a, to]) => r.test(name) && a.test(action) && to.test(resource),
      )
      if (wide && !reason) found.push(`${name}: ${action} on ${resource} is wide, without a reason`)
      if (!action.startsWith('ec2:')) may.add(`${action} ${resource}`)
    }
    const needs = new Set(NEEDS[user ?? ''])
    for (const action of LOG) needs.add(`${action} ${user}LogGroup.Arn`)
    found.push(
      ...[...needs].filter((one) => !may.has(one)).map((one) => `${name}: may not ${one}`),
      ...[...may].filter((one) => !needs.has(one)).map((one) => `${name}: has no use for ${one}`),
    )
  }
  return found
}

/** Every pair of action and resource that a list of policies allows, resources written as text. */
function allowed(policies: Value | undefined): { action: string; resource: string }[] {
  return [...within(policies)].flatMap((statement) =>
    isObject(statement) && statement.Effect === 'Allow'
      ? listOf(statement.NotAction ?? statement.Action).flatMap((action) =>
          listOf(statement.NotResource ? '*' : statement.Resource).map((resource) => ({
            action: statement.NotAction ? '*' : String(action),
            resource: text(resource),
          })),
        )
      : [],
  )
}

function text(resource: Value): string {
  if (typeof resource === 'string') return resource
  const attribute = at(resource, 'Fn::GetAtt')
  if (Array.isArray(attribute)) return attribute.join('.')
  return String(at(resource, 'Fn::Sub') ?? at(resource, 'Ref') ?? JSON.stringify(resource))
}
