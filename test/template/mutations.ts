/** Ways to break the template, and what the checks must say of each. */
import type { Value } from './template.ts'

export interface Mutation {
  /** Where, from `Resources`, steps between slashes; a first step that ends in `*` is the start of a name. A
   * leading slash starts from the whole template. */
  at: string
  /** What is put there; undefined takes it away. */
  put: Value | undefined
  finding: RegExp
}

const [POST, ROLE] = ['PostLambdaFunction/Properties', 'PostRole/Properties']
const STATEMENTS = `${ROLE}/Policies/0/PolicyDocument/Statement`
const METHODS = 'Stage/Properties/MethodSettings'

const widget = (metric: string, operation: string) =>
  JSON.stringify({ widgets: [{ metrics: [['canfar-proc', metric, 'Operation', operation]] }] })

const table: [at: string, put: Value | undefined, finding: RegExp][] = [
  // schema
  [`${POST}/TimeOut`, 28, /no such property, TimeOut/],
  ['ConfigBucket/Type', 'AWS::S3::Buckett', /no such type/],
  ['CertificateDomainName/Properties/MutualTlsAuthentication/TruststoreURL', 'x', /TruststoreURL/],
  [`${POST}/Code`, undefined, /lacks Code/],
  [`${POST}/MemorySize`, 'much', /not a number/],
  [`${METHODS}/0/DataTraceEnabled`, 'never', /not true or false/],
  ['StagingBucket/Properties/LifecycleConfiguration/Rules', 'all', /not a list/],
  // parameters
  ['/Parameters/VosAuthorities/AllowedPattern', undefined, /ivo:.*,.* is let in/],
  ['/Parameters/VosAuthorities/AllowedPattern', '.+', /VosAuthorities: {2}is refused/],
  ['/Parameters/MaxDutyPercent/AllowedPattern', '[0-9.]{1,3}', /MaxDutyPercent: .* is let in/],
  ['/Parameters/SnapshotSeconds/AllowedPattern', '[0-9]|[1-5][0-9]', /SnapshotSeconds: 60 is ref/],
  ['/Parameters/SubmitPort/Type', 'Number', /SubmitPort: 0 is let in/],
  ['/Parameters/MaxJobsPerAccount/AllowedPattern', '[0-9]+', /1000000001 is let in/],
  ['/Parameters/VosMaxBytes/AllowedPattern', '[1-9][0-9]{0,12}', /500.* is let in/],
  ['/Rules/RegistryWithAuthorities', undefined, /let in without VosAuthorities/],
  // references
  [`${POST}/Environment/Variables/PROC_STAGING_BUCKET/Ref`, 'StageBucket', /nothing is called/],
  [`${POST}/Role/Fn::GetAtt/1`, 'ARN', /no attribute ARN/],
  [
    'StagingBucketPolicy/Properties/PolicyDocument/Statement/0/Resource/1/Fn::Sub',
    '${Staging.Arn}/*',
    /nothing is called Staging$/,
  ],
  [`${POST}/DependsOn`, 'x', /no such property, DependsOn/],
  ['PostLambdaFunction/DependsOn/0', 'PostLogs', /nothing is called PostLogs/],
  [`${POST}/VpcConfig/Fn::If/0`, 'InNet', /no condition is called InNet/],
  ['CertificateDomainMapping/Condition', undefined, /only under WithCertificateDomain/],
  // permissions
  [`${STATEMENTS}/0/Resource`, '*', /logs:.* is wide/],
  [`${STATEMENTS}/2/Action`, 's3:*', /s3:\* on .*known_hosts is wide/],
  [`${STATEMENTS}/3`, {}, /may not secretsmanager:GetSecretValue SubmitKey/],
  [`${STATEMENTS}/9`, { Effect: 'Allow', Action: 's3:*', Resource: '*' }, /s3:\* on \* is wide/],
  [`${STATEMENTS}/9`, { Effect: 'Allow', NotAction: 's3:Get', Resource: 'x' }, /is wide/],
  [`${STATEMENTS}/5/Resource/Fn::Sub`, '${StagingBucket.Arn}/*', /is wide/],
  [`${STATEMENTS}/0/Resource/Fn::GetAtt/0`, 'GetLogGroup', /no use for logs:.* GetLogGroup/],
  [`${POST}/Role/Fn::GetAtt/0`, 'GetRole', /shares GetRole/],
  [`${ROLE}/ManagedPolicyArns`, ['arn:aws:iam::aws:policy/AdministratorAccess'], /managed policy/],
  [`${ROLE}/AssumeRolePolicyDocument/Statement/0/Principal`, { AWS: '*' }, /somebody other/],
  [
    'UnsupportedRole/Properties/Policies/0/PolicyDocument/Statement/1',
    { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: { Ref: 'SubmitKey' } },
    /no use for secretsmanager/,
  ],
  // gateway
  [`${POST}/Timeout`, 30, /time limit/],
  [`${POST}/Timeout`, undefined, /time limit/],
  [`${POST}/Runtime`, 'nodejs20.x', /runtime/],
  [
    'ApiGatewayMethodProcJobPost/Properties/AuthorizationType',
    'NONE',
    /POST \/proc\/job: authorizer false/,
  ],
  [
    'ApiGatewayMethodProcAuthJobDelete/Properties/AuthorizerId/Ref',
    'ApiGatewayRestApi',
    /authorized by/,
  ],
  ['ApiGatewayMethodProcJobGet', undefined, /GET \/proc\/job: no such route/],
  ['ApiGatewayMethodProcJobGet/Properties/HttpMethod', 'PATCH', /not a route of the contract/],
  ['ApiGatewayMethodProcAvailabilityGet/Properties/AuthorizationType', 'CUSTOM', /authorizer true/],
  ['AuthorizeApiGatewayAuthorizer/Properties/AuthorizerResultTtlInSeconds', 300, /remembers/],
  ['ApiGatewayRestApi/Properties/DisableExecuteApiEndpoint', false, /without the domains/],
  ['CertificateDomainName/Properties/MutualTlsAuthentication', undefined, /not asked for/],
  ['PasswordDomainName/Properties/SecurityPolicy', 'TLS_1_0', /old TLS/],
  ['OtherServerError/Properties/StatusCode', undefined, /DEFAULT_5XX: is not 503/],
  [
    'OtherServerError/Properties/ResponseParameters/gatewayresponse.header.Retry-After',
    undefined,
    /DEFAULT_5XX: is not 503/,
  ],
  ['ApiGatewayDeployment*/DependsOn', [], /may be made before OtherServerError has changed/],
  ['Misconfigured', undefined, /API_CONFIGURATION_ERROR: is not 500/],
  // capacity
  [`${POST}/ReservedConcurrentExecutions`, undefined, /PostLambdaFunction: NaN at once/],
  [`${POST}/ReservedConcurrentExecutions/Fn::If/1`, 10, /10 at once/],
  [`${METHODS}/0/ThrottlingBurstLimit`, 500, /lets .* through/],
  [METHODS, undefined, /lets Infinity through/],
  [`${METHODS}/3/ThrottlingRateLimit`, 5, /GET \/proc\/job: only 5 a second/],
  [
    'GetLambdaFunction/Properties/ReservedConcurrentExecutions/Fn::If/1',
    60,
    /GetLambdaFunction: 60 at once/,
  ],
  [
    'GetLambdaFunction/Properties/ReservedConcurrentExecutions/Fn::If/1',
    900,
    /more than an account/,
  ],
  [`${METHODS}/1/DataTraceEnabled`, true, /whole requests/],
  // storage
  [
    'StagingBucket/Properties/PublicAccessBlockConfiguration/BlockPublicPolicy',
    false,
    /not closed/,
  ],
  ['ServerlessDeploymentBucket/Properties/PublicAccessBlockConfiguration', undefined, /not closed/],
  ['ConfigBucket/Properties/BucketEncryption', undefined, /not encrypted/],
  ['StagingBucketPolicy', undefined, /without TLS/],
  ['ConfigBucketPolicy/Properties/PolicyDocument/Statement/0/Effect', 'Allow', /lets others in/],
  ['ConfigBucketPolicy/Properties/PolicyDocument/Statement/1/Condition', undefined, /old TLS/],
  ['ConfigBucket/Properties/VersioningConfiguration/Status', 'Suspended', /overwritten/],
  ['ConfigBucket/DeletionPolicy', undefined, /goes with the stack/],
  ['StagingBucket/Properties/LifecycleConfiguration/Rules/0/Status', 'Disabled', /stays/],
  ['GetLogGroup/Properties/RetentionInDays', undefined, /kept for ever/],
  ['GetLogGroup', undefined, /a log of its own/],
  ['SubmitKey/Properties/SecretString', 'key', /secret in the template/],
  [
    'ConfigBucket/Properties/LifecycleConfiguration/Rules/0/NoncurrentVersionExpiration/NewerNoncurrentVersions',
    20,
    /a rule that S3 may refuse/,
  ],
  [
    `${ROLE}/Policies/1`,
    { 'Fn::If': ['InNetwork', {}, { Ref: 'AWS::NoValue' }] },
    /PostRole: loses a policy while it is needed/,
  ],
  // the gateway's own answers and lines
  [
    'Throttled/Properties/ResponseTemplates',
    { 'text/plain; charset=utf-8': 'busy\n' },
    /Throttled: its template may not be the one that is taken/,
  ],
  [
    'Throttled/Properties/ResponseParameters/gatewayresponse.header.Content-Type',
    undefined,
    /Throttled: does not say that it is text/,
  ],
  [
    'OtherClientError/Properties/ResponseTemplates/application~1json',
    '$context.error.message\n',
    /OtherClientError: says nothing where the gateway has no message/,
  ],
  ['BodyTooLarge/Properties/StatusCode', '403', /UNAUTHORIZED: is not 413/],
  [
    'Stage/Properties/AccessLogSetting/Fn::If/1/Format',
    '{"request":"$context.requestId","message":"$context.error.message"}',
    /Stage: logs error.message, which may hold a secret/,
  ],
  [
    'Stage/Properties/AccessLogSetting/Fn::If/1/Format',
    '$context.requestId $context.extendedRequestId $context.error.responseType',
    /Stage: its log is no JSON/,
  ],
  [
    'Stage/Properties/AccessLogSetting/Fn::If/1/DestinationArn',
    { 'Fn::GetAtt': ['GatewayLogGroup', 'Arn'] },
    /Stage: logs to nowhere/,
  ],
  ['/Parameters/GatewayLogs/Default', 'yes', /Stage: logs before the account has a role for it/],
  [
    'AvailabilityLambdaEvConf/Properties/MaximumRetryAttempts',
    2,
    /a check that failed is repeated/,
  ],
  // alarms
  ['Unavailable/Properties/MetricName', 'Availability', /nothing emits/],
  ['Unavailable/Properties/Dimensions/0/Value', 'availabilty', /no operation/],
  ['Unavailable/Properties/TreatMissingData', 'notBreaching', /silent/],
  ['SlowGet/Properties/MetricName', 'Duration', /nothing emits/],
  ['SlowDelete/Properties/Threshold', 100_000, /a slow operation.*SlowDelete is silent/],
  ['SlowDelete/Properties/TreatMissingData', 'breaching', /SlowDelete rings/],
  ['GetFailing/Properties/MetricName', 'Error', /has no Error/],
  ['DocumentThrottled', undefined, /no alarm looks at Throttles of document/],
  ['AuthorizeFailing', undefined, /no alarm looks at Errors of authorize/],
  [
    'AuthorizeFailing/Properties/Metrics/0/Expression',
    'errors-large',
    /and the authorizer crashes besides.*AuthorizeFailing is silent/,
  ],
  [
    'AuthorizeFailing/Properties/Metrics/0/Expression',
    'errors+0*large',
    /bodies that are too large: AuthorizeFailing rings/,
  ],
  ['GetFailing/Properties/EvaluationPeriods', 1, /get crashed once: GetFailing rings/],
  [
    'ServerErrorShare/Properties/Metrics/0/Expression',
    '100*(ge+gb+pe+pb+de+db)/(g+p+d)',
    /one error of two requests: ServerErrorShare rings/,
  ],
  ['ServerErrorShare/Properties/Metrics/0/Expression', 'g+p+x', /no metric is x/],
  ['Unavailable/Properties/DatapointsToAlarm', 3, /Unavailable is silent/],
  [
    'Dashboard/Properties/DashboardBody',
    widget('Requests', 'get'),
    /shows no requests of document/,
  ],
  [
    'Dashboard/Properties/DashboardBody',
    widget('ScheddTime', 'availability'),
    /nothing emits canfar-proc ScheddTime of availability/,
  ],
  ['SlowGet/Properties/AlarmActions', undefined, /tells nobody/],
]

export const mutations: Mutation[] = table.map(([at, put, finding]) => ({ at, put, finding }))
