/** CloudWatch's metric math and its alarms, as far as deploy/alarms.yml uses them. */
import { at, isObject, listOf, type Members, type Value } from './template.ts'

/** One value for each period, the oldest first; undefined where CloudWatch has none. */
export type Series = readonly (number | undefined)[]
type Point = number | undefined

/** What an expression comes to in one period ("Using metric math": an operation with a missing value has no value). */
function evaluate(expression: string, points: Readonly<Record<string, Point>>): Point {
  const tokens = expression.match(/[A-Za-z]\w*|\d+(?:\.\d+)?|>=|[-+*/(),]/g) ?? []
  let at = 0
  const next = () => tokens[at++] ?? ''
  const take = (token: string) => tokens[at] === token && ++at > 0
  const both = (a: Point, b: Point, work: (a: number, b: number) => number): Point =>
    a === undefined || b === undefined ? undefined : work(a, b)

  function call(name: string): Point {
    const given: Point[] = []
    if (!take('(')) throw new Error(`${name} without arguments`)
    do given.push(comparison())
    while (take(','))
    if (!take(')')) throw new Error(`${expression}: no end of ${name}`)
    const [first, second, third] = given
    if (name === 'FILL') return first ?? second
    if (name === 'IF') return first === undefined ? undefined : first !== 0 ? second : third
    throw new Error(`no function ${name}`)
  }
  function operand(): Point {
    if (take('(')) {
      const value = comparison()
      if (!take(')')) throw new Error(`${expression}: a bracket is open`)
      return value
    }
    const token = next()
    if (/^\d/.test(token)) return Number(token)
    if (/^[A-Z]+$/.test(token)) return call(token)
    if (!(token in points)) throw new Error(`no metric ${token}`)
    return points[token]
  }
  function product(): Point {
    let value = operand()
    for (;;) {
      if (take('*')) value = both(value, operand(), (a, b) => a * b)
      else if (take('/')) {
        // A division by zero has no value.
        const divisor = operand()
        value = divisor === 0 ? undefined : both(value, divisor, (a, b) => a / b)
      } else return value
    }
  }
  function sum(): Point {
    let value = product()
    for (;;) {
      if (take('+')) value = both(value, product(), (a, b) => a + b)
      else if (take('-')) value = both(value, product(), (a, b) => a - b)
      else return value
    }
  }
  function comparison(): Point {
    const value = sum()
    return take('>=') ? both(value, sum(), (a, b) => Number(a >= b)) : value
  }
  const value = comparison()
  if (at !== tokens.length) throw new Error(`${expression}: ${tokens.slice(at).join(' ')} is left`)
  return value
}

/** `Namespace Metric dimension`, by which the cases name a metric. */
function nameOf(metric: Members): string {
  const dimension = at(metric, 'Dimensions', 0, 'Value')
  const value = isObject(dimension) ? String(dimension['Fn::Sub']).replace(/.*-/, '') : dimension
  return `${metric.Namespace} ${metric.MetricName} ${value}`
}

/** The values that the alarm compares. `data` has series by name; a metric that is not there never had a point. */
function compared(alarm: Members, data: Readonly<Record<string, Series>>, length: number): Series {
  const parts = listOf(alarm.Metrics) as Members[]
  const seriesOf = (metric: Members) => data[nameOf(metric)] ?? []
  if (parts.length === 0) {
    return Array.from({ length }, (_, n) => seriesOf(alarm)[n])
  }
  const expression = String(parts.find((part) => part.ReturnData === true)?.Expression)
  const metrics = parts.filter((part) => part.MetricStat !== undefined)
  return Array.from({ length }, (_, n) =>
    evaluate(
      expression,
      Object.fromEntries(
        metrics.map((part) => [
          String(part.Id),
          seriesOf(at(part, 'MetricStat', 'Metric') as Members)[n],
        ]),
      ),
    ),
  )
}

/**
 * Whether it rings after the last of `length` periods ("Using Amazon CloudWatch alarms": M out of N datapoints, and how
 * missing data is treated).
 */
export function rings(
  alarm: Value | undefined,
  data: Readonly<Record<string, Series>>,
  length: number,
): boolean {
  if (!isObject(alarm)) throw new Error('no such alarm')
  const periods = Number(alarm.EvaluationPeriods)
  const needed = Number(alarm.DatapointsToAlarm ?? periods)
  const breaches = (value: Point): boolean => {
    if (value === undefined) return alarm.TreatMissingData === 'breaching'
    const threshold = Number(alarm.Threshold)
    return alarm.ComparisonOperator === 'LessThanThreshold' ? value < threshold : value > threshold
  }
  const last = compared(alarm, data, length).slice(-periods)
  return last.filter(breaches).length >= needed
}
