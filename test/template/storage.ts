/** What is kept: closed, encrypted, and for how long. */
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

export function storageFindings(template: Template): string[] {
  return [...buckets(template), ...logs(template), ...kept(template)]
}

const BLOCKS = ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets']

function buckets(template: Template): string[] {
  const policies = ofType(template, 'AWS::S3::BucketPolicy')
  return ofType(template, 'AWS::S3::Bucket').flatMap(([name, { Properties }]) => {
    const statements = policies
      .filter(([, policy]) => named(policy.Properties?.Bucket)[0] === name)
      .flatMap(([, policy]) => listOf(at(policy.Properties, 'PolicyDocument', 'Statement')))
    const denies = (operator: string, key: string, value: string) =>
      statements.some(
        (statement) =>
          at(statement, 'Effect') === 'Deny' &&
          at(statement, 'Principal') === '*' &&
          at(statement, 'Action') === 's3:*' &&
          String(at(statement, 'Condition', operator, key)) === value &&
          covers(name, at(statement, 'Resource')),
      )
    const rules: [string, boolean][] = [
      [
        'is not closed',
        BLOCKS.every((block) => at(Properties, 'PublicAccessBlockConfiguration', block) === true),
      ],
      [
        'is not its owner alone',
        at(Properties, 'OwnershipControls', 'Rules', 0, 'ObjectOwnership') ===
          'BucketOwnerEnforced',
      ],
      ['is not encrypted', [...within(Properties?.BucketEncryption)].includes('AES256')],
      ['can be reached without TLS', denies('Bool', 'aws:SecureTransport', 'false')],
      ['can be reached by old TLS', denies('NumericLessThan', 's3:TlsVersion', '1.2')],
      [
        'lets others in by its policy',
        statements.every((statement) => at(statement, 'Effect') === 'Deny'),
      ],
    ]
    return rules.filter(([, holds]) => !holds).map(([what]) => `${name}: ${what}`)
  })
}

/** A policy holds for the bucket itself and for all that is in it. */
function covers(bucket: string, resources: Value | undefined): boolean {
  const texts = listOf(resources).map((one) =>
    isObject(one) ? String(one['Fn::Sub'] ?? listOf(one['Fn::GetAtt']).join('.')) : String(one),
  )
  return texts.includes(`${bucket}.Arn`) && texts.includes(`\${${bucket}.Arn}/*`)
}

function logs(template: Template): string[] {
  const groups = ofType(template, 'AWS::Logs::LogGroup')
  const forever = groups.filter(([, { Properties }]) => !(Number(Properties?.RetentionInDays) > 0))
  const names = groups.map(([, { Properties }]) => Properties?.LogGroupName)
  const without = ofType(template, 'AWS::Lambda::Function').filter(
    ([, { Properties }]) => !names.includes(`/aws/lambda/${Properties?.FunctionName}`),
  )
  return [
    ...forever.map(([name]) => `${name}: kept for ever`),
    ...without.map(([name]) => `${name}: Lambda would make a log of its own, kept for ever`),
  ]
}

function kept({ Resources }: Template): string[] {
  const found: string[] = []
  for (const name of ['ConfigBucket', 'SubmitKey']) {
    if (Resources[name]?.DeletionPolicy !== 'Retain') found.push(`${name}: goes with the stack`)
  }
  if (at(Resources.SubmitKey?.Properties, 'SecretString') !== undefined) {
    found.push('SubmitKey: a secret in the template')
  }
  const config = Resources.ConfigBucket?.Properties
  if (at(config, 'VersioningConfiguration', 'Status') !== 'Enabled') {
    found.push('ConfigBucket: what was overwritten is gone')
  }
  // S3 takes it in a rule with a Filter alone, which CloudFormation has no property for.
  if (
    [...within(config?.LifecycleConfiguration)].some(
      (part) => at(part, 'NewerNoncurrentVersions') !== undefined,
    )
  ) {
    found.push('ConfigBucket: a rule that S3 may refuse')
  }
  const rule = at(Resources.StagingBucket?.Properties, 'LifecycleConfiguration', 'Rules', 0)
  if (
    at(rule, 'Status') !== 'Enabled' ||
    !(Number(at(rule, 'ExpirationInDays')) <= 7) ||
    at(rule, 'AbortIncompleteMultipartUpload', 'DaysAfterInitiation') !== 1
  ) {
    found.push('StagingBucket: what is staged stays')
  }
  return found
}
