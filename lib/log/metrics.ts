/** CloudWatch metrics in the embedded format: a log line that says which of its members are figures. */

export type Unit = 'Count' | 'Milliseconds' | 'Bytes' | 'None'

/** The metrics of this service, in the namespace `canfar-proc`, by the dimension `Operation`. */
const UNITS = {
  Requests: 'Count',
  Latency: 'Milliseconds',
  ScheddTime: 'Milliseconds',
  ServerErrors: 'Count',
  ClientErrors: 'Count',
  /** 503, but where it is meant: maintenance, a quota. */
  Busy: 'Count',
  /** All answers that the gateway counts among its 5XXError. */
  Answered5xx: 'Count',
  Denied: 'Count',
  AuthorizerFailures: 'Count',
  /** Bodies that no function could be given: the authorizer ends with an error for each. */
  TooLarge: 'Count',
  QueueLength: 'Count',
  /** Ssh connections of the functions that the submit host has open. */
  Sessions: 'Count',
  Available: 'None',
} as const satisfies Record<string, Unit>

export type Metric = keyof typeof UNITS
export type Metrics = Partial<Record<Metric, number>>

/** The members to put into a log line; figures that are undefined are left out. */
export function embedded(operation: string, metrics: Metrics, now = Date.now()): object {
  const names = (Object.keys(UNITS) as Metric[]).filter((name) => metrics[name] !== undefined)
  return {
    _aws: {
      Timestamp: now,
      CloudWatchMetrics: [
        {
          Namespace: 'canfar-proc',
          Dimensions: [['Operation']],
          Metrics: names.map((Name) => ({ Name, Unit: UNITS[Name] })),
        },
      ],
    },
    Operation: operation,
    ...Object.fromEntries(names.map((name) => [name, metrics[name]])),
  }
}
