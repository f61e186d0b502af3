/** Made-up days, and which alarms ring after them. */
import { rings, type Series } from './metric-math.ts'
import { ofType, type Template } from './template.ts'

interface Day {
  readonly name: string
  readonly data: Readonly<Record<string, Series>>
  /** All others stay silent. */
  readonly ring: readonly string[]
}

const PERIODS = 4
const always = (value: number): Series => Array.from({ length: PERIODS }, () => value)
const HEALTHY = { 'canfar-proc Available health': always(1) }

/** What the check of every minute adds to each operation. */
const zeros = Object.fromEntries(
  ['get', 'post', 'delete'].flatMap((operation) =>
    ['Requests', 'ServerErrors', 'Busy'].map((metric) => [
      `canfar-proc ${metric} ${operation}`,
      always(0),
    ]),
  ),
)
const quiet = { ...HEALTHY, ...zeros, 'canfar-proc TooLarge authorize': always(0) }
const busy = (metric: string, operation: string, ...values: number[]) => ({
  [`canfar-proc ${metric} ${operation}`]: [...always(0), ...values].slice(-PERIODS),
})
const lambda = (metric: string, name: string, ...values: number[]) => ({
  [`AWS/Lambda ${metric} ${name}`]: [...always(0), ...values].slice(-PERIODS),
})

const FUNCTIONS = ['get', 'post', 'delete', 'availability', 'document', 'unsupported', 'authorize']
const capital = (name: string) => name.charAt(0).toUpperCase() + name.slice(1)

export const DAYS: readonly Day[] = [
  { name: 'a quiet day, with zeros alone', data: quiet, ring: [] },
  {
    name: 'a day without zeros, on which nothing but lists was asked for',
    data: {
      ...HEALTHY,
      ...busy('Requests', 'get', 100, 100, 100),
      ...busy('ServerErrors', 'get', 0, 0, 0),
    },
    ring: [],
  },
  { name: 'nothing at all: the check does not run', data: {}, ring: ['Unavailable'] },
  {
    name: 'down for two of three minutes',
    data: { ...quiet, 'canfar-proc Available health': [1, 0, 1, 0] },
    ring: ['Unavailable'],
  },
  {
    name: 'down for one minute',
    data: { ...quiet, 'canfar-proc Available health': [1, 1, 1, 0] },
    ring: [],
  },
  { name: 'mended', data: { ...quiet, 'canfar-proc Available health': [0, 0, 1, 1] }, ring: [] },
  {
    name: 'every list fails, and nobody removes anything',
    data: { ...quiet, ...busy('Requests', 'get', 50, 50), ...busy('ServerErrors', 'get', 50, 50) },
    ring: ['ServerErrorShare'],
  },
  {
    name: 'every submission is 503, among many lists',
    data: {
      ...quiet,
      ...busy('Requests', 'get', 900, 900),
      ...busy('Requests', 'post', 100, 100),
      ...busy('Busy', 'post', 100, 100),
    },
    ring: ['ServerErrorShare'],
  },
  {
    name: 'the same for five minutes only',
    data: { ...quiet, ...busy('Requests', 'post', 100, 100), ...busy('Busy', 'post', 0, 100) },
    ring: [],
  },
  {
    name: 'one error of two requests',
    data: { ...quiet, ...busy('Requests', 'get', 2, 2), ...busy('ServerErrors', 'get', 1, 1) },
    ring: [],
  },
  {
    name: 'a few errors among many',
    data: {
      ...quiet,
      ...busy('Requests', 'get', 1000, 1000),
      ...busy('ServerErrors', 'get', 50, 50),
    },
    ring: [],
  },
  {
    name: 'a slow operation for a quarter of an hour, the others unused',
    data: { ...quiet, 'canfar-proc Latency delete': [undefined, 20_000, 20_000, 20_000] },
    ring: ['SlowDelete'],
  },
  {
    name: 'slow for ten minutes',
    data: { ...quiet, 'canfar-proc Latency get': [100, 100, 20_000, 20_000] },
    ring: [],
  },
  {
    name: 'the lists of users cannot be read',
    data: { ...quiet, 'canfar-proc AuthorizerFailures authorize': [0, 1, 0, 5] },
    ring: ['AuthorizerFailing'],
  },
  ...FUNCTIONS.flatMap((name) => [
    {
      name: `${name} crashes`,
      data: { ...quiet, ...lambda('Errors', name, 30, 30) },
      ring: [`${capital(name)}Failing`],
    },
    {
      name: `${name} has no instance`,
      data: { ...quiet, ...lambda('Throttles', name, 30, 30) },
      ring: [`${capital(name)}Throttled`],
    },
    {
      name: `${name} crashed once`,
      data: { ...quiet, ...lambda('Errors', name, 0, 30) },
      ring: [],
    },
  ]),
  {
    name: 'somebody sends bodies that are too large',
    data: {
      ...quiet,
      ...lambda('Errors', 'authorize', 40, 40),
      ...busy('TooLarge', 'authorize', 40, 40),
    },
    ring: [],
  },
  {
    name: 'and the authorizer crashes besides, before it logs anything',
    data: { ...HEALTHY, ...zeros, ...lambda('Errors', 'authorize', 40, 40) },
    ring: ['AuthorizeFailing'],
  },
]

/** Which alarms do otherwise than a day has it. */
export function ringFindings(template: Template): string[] {
  const alarms = ofType(template, 'AWS::CloudWatch::Alarm')
  return DAYS.flatMap(({ name, data, ring }) => {
    const rung: string[] = []
    for (const [alarm, { Properties }] of alarms) {
      try {
        if (rings(Properties, data, PERIODS)) rung.push(alarm)
      } catch (error) {
        return [`${alarm}: ${error instanceof Error ? error.message : error}`]
      }
    }
    return [
      ...ring.filter((alarm) => !rung.includes(alarm)).map((one) => `${name}: ${one} is silent`),
      ...rung.filter((alarm) => !ring.includes(alarm)).map((one) => `${name}: ${one} rings`),
    ]
  })
}
