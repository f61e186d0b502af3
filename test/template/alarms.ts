/** Whether alarms and dashboard look at metrics that the functions emit. */
import { readdirSync, readFileSync } from 'node:fs'
import { embedded } from '../../lib/reply/metrics.ts'
import { at, isObject, ofType, type Template, type Value, within } from './template.ts'

const PROJECT = `${import.meta.dirname}/../..`

/** The operations that log lines are written for: `answers('get', ...)`, `logLine('health', ...)`. */
const operations = new Set(
  ['functions', 'lib']
    .flatMap((folder) =>
      readdirSync(`${PROJECT}/${folder}`, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts'))
        .map((name) => readFileSync(`${PROJECT}/${folder}/${name}`, 'utf8')),
    )
    .flatMap((source) => [...source.matchAll(/\b(?:answers|logLine)\(\s*'(\w+)'/g)])
    .map(([, operation]) => operation),
)

const emits = (metric: string) =>
  JSON.stringify(embedded('get', { [metric]: 1 })).includes(`"Name":"${metric}"`)

/** What AWS itself emits and we look at. */
const AWS_METRICS: Record<string, string[]> = {
  'AWS/ApiGateway': ['5XXError', '4XXError', 'Count'],
  'AWS/Lambda': ['ConcurrentExecutions', 'Throttles'],
}

export function alarmFindings(template: Template): string[] {
  const found: string[] = []
  for (const [name, { Properties }] of ofType(template, 'AWS::CloudWatch::Alarm')) {
    for (const part of within(Properties)) {
      if (!isObject(part) || typeof part.MetricName !== 'string') continue
      const operation = at(part, 'Dimensions', 0, 'Value')
      found.push(...metric(name, String(part.Namespace), part.MetricName, operation))
    }
    if (at(Properties, 'AlarmActions', 'Fn::If', 1, 0, 'Ref') !== 'AlarmTopic') {
      found.push(`${name}: tells nobody`)
    }
  }
  if (at(template.Resources.Unavailable?.Properties, 'TreatMissingData') !== 'breaching') {
    found.push('Unavailable: silent when the check does not run')
  }
  for (const [name, { Properties }] of ofType(template, 'AWS::CloudWatch::Dashboard')) {
    for (const part of within(dashboard(Properties?.DashboardBody))) {
      if (!Array.isArray(part) || typeof part[0] !== 'string' || part[0] === '...') continue
      if (part[0] === 'canfar-proc' || part[0] in AWS_METRICS) {
        found.push(...metric(name, part[0], String(part[1]), part[3]))
      }
    }
  }
  return found
}

function metric(where: string, namespace: string, name: string, operation: Value | undefined) {
  const known = AWS_METRICS[namespace]
  if (known) return known.includes(name) ? [] : [`${where}: ${namespace} has no ${name}`]
  if (namespace !== 'canfar-proc' || !emits(name)) {
    return [`${where}: nothing emits ${namespace} ${name}`]
  }
  return operations.has(String(operation)) ? [] : [`${where}: no operation ${operation}`]
}

/** Throws where it is not JSON. */
const dashboard = (body: Value | undefined): Value =>
  JSON.parse(String(at(body, 'Fn::Sub') ?? body).replace(/\$\{[^}]+\}/g, 'x'))
