/** Whether alarms and dashboard look at metrics that the functions emit. */
import { readdirSync, readFileSync } from 'node:fs'
import { embedded } from '../../lib/log/metrics.ts'
import { at, isObject, listOf, ofType, type Template, type Value, within } from './template.ts'

const PROJECT = `${import.meta.dirname}/../..`

const sources = ['functions', 'lib'].flatMap((folder) =>
  readdirSync(`${PROJECT}/${folder}`, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(`${PROJECT}/${folder}/${name}`, 'utf8')),
)
const named = (call: RegExp) =>
  sources.flatMap((source) => Array.from(source.matchAll(call), ([, name = '']) => name))
/** The operations that answer requests, as in `answers('get', ...)`. */
const answering = named(/\banswers\(\s*'(\w+)'/g)
/** Those that log lines are written for. */
const operations = new Set([...answering, ...named(/\blogLine\(\s*'(\w+)'/g)])

/** Whether it is a metric at all; time at the schedd is a matter of what the operation's bundle measures. */
const emits = (metric: string, operation: string) =>
  JSON.stringify(embedded('get', { [metric]: 1 })).includes(`"Name":"${metric}"`) &&
  (metric !== 'ScheddTime' || bundle(operation).includes('.measure("schedd"'))

const bundle = (operation: string) => readFileSync(`${PROJECT}/dist/${operation}.cjs`, 'utf8')

/** What AWS itself emits and we look at. */
const AWS_METRICS: Record<string, string[]> = {
  'AWS/ApiGateway': ['5XXError', '4XXError', 'Count'],
  'AWS/Lambda': ['ConcurrentExecutions', 'Errors', 'Throttles'],
}

export function alarmFindings(template: Template): string[] {
  const found: string[] = []
  for (const [name, { Properties }] of ofType(template, 'AWS::CloudWatch::Alarm')) {
    for (const part of within(Properties)) {
      if (!isObject(part) || typeof part.MetricName !== 'string') continue
      const operation = at(part, 'Dimensions', 0, 'Value')
      found.push(...metric(name, String(part.Namespace), part.MetricName, operation))
    }
    found.push(...arithmetic(name, listOf(Properties?.Metrics)))
    if (at(Properties, 'AlarmActions', 'Fn::If', 1, 0, 'Ref') !== 'AlarmTopic') {
      found.push(`${name}: tells nobody`)
    }
  }
  if (at(template.Resources.Unavailable?.Properties, 'TreatMissingData') !== 'breaching') {
    found.push('Unavailable: silent when the check does not run')
  }
  found.push(...unwatched(template))
  for (const [name, { Properties }] of ofType(template, 'AWS::CloudWatch::Dashboard')) {
    const shown: string[] = []
    for (const [namespace, metricName, , operation] of rows(dashboard(Properties?.DashboardBody))) {
      found.push(...metric(name, String(namespace), String(metricName), operation))
      if (metricName === 'Requests') shown.push(String(operation))
    }
    found.push(...lacking(`${name}: shows no requests of`, shown))
  }
  return found
}

const lacking = (what: string, there: readonly string[]) =>
  answering.filter((operation) => !there.includes(operation)).map((one) => `${what} ${one}`)

/** The functions whose failures, or lack of instances, no alarm looks at. */
function unwatched(template: Template): string[] {
  const parts = ofType(template, 'AWS::CloudWatch::Alarm').flatMap(([, { Properties }]) => [
    ...within(Properties),
  ])
  const names = ofType(template, 'AWS::Lambda::Function').map(([, { Properties }]) =>
    String(Properties?.FunctionName).replace(/.*-/, ''),
  )
  return ['Errors', 'Throttles'].flatMap((metricName) => {
    const watched = parts
      .filter((part) => at(part, 'MetricName') === metricName)
      .map((part) => String(at(part, 'Dimensions', 0, 'Value', 'Fn::Sub')).replace(/.*-/, ''))
    return names
      .filter((name) => !watched.includes(name))
      .map((name) => `no alarm looks at ${metricName} of ${name}`)
  })
}

/** An alarm on an expression names each of its metrics there, and has ten at most (CloudWatch's quota). */
function arithmetic(name: string, metrics: Value[]): string[] {
  const expression = metrics.map((one) => at(one, 'Expression') ?? '').join()
  const ids = metrics.filter((one) => at(one, 'MetricStat')).map((one) => String(at(one, 'Id')))
  const words: string[] = expression.match(/\b[a-z]\w*/g) ?? []
  return [
    ...ids.filter((id) => !words.includes(id)).map((id) => `${name}: ${id} is not used`),
    ...words.filter((word) => !ids.includes(word)).map((word) => `${name}: no metric is ${word}`),
    ...(ids.length > 10 ? [`${name}: more than ten metrics`] : []),
  ]
}

/** The metrics of all widgets; `...` stands for as much of the row before as there is no word for. */
function* rows(body: Value): Generator<Value[]> {
  for (const part of within(body)) {
    let before: Value[] = []
    for (const row of listOf(at(part, 'metrics')).map(listOf)) {
      const words = row.filter((word) => !isObject(word))
      const own = words.filter((word) => word !== '...')
      before = words[0] === '...' ? [...before.slice(0, before.length - own.length), ...own] : words
      yield before
    }
  }
}

function metric(where: string, namespace: string, name: string, operation: Value | undefined) {
  const known = AWS_METRICS[namespace]
  if (known) return known.includes(name) ? [] : [`${where}: ${namespace} has no ${name}`]
  if (!operations.has(String(operation))) return [`${where}: no operation ${operation}`]
  return namespace === 'canfar-proc' && emits(name, String(operation))
    ? []
    : [`${where}: nothing emits ${namespace} ${name} of ${operation}`]
}

/** Throws where it is not JSON. */
const dashboard = (body: Value | undefined): Value =>
  JSON.parse(String(at(body, 'Fn::Sub') ?? body).replace(/\$\{[^}]+\}/g, 'x'))
