/** The little of serverless-offline and osls that the local gateway touches; neither brings types. */

declare module 'serverless-offline' {
  import type { Server } from 'node:http'
  export default class ServerlessOffline {
    internals(): { getApiGatewayServer(): { listener: Server } }
  }
}

declare module 'serverless-offline/lambda' {
  /** One instance of a function: a worker thread that runs one event at a time. */
  export interface LambdaFunction {
    setEvent(event: unknown): void
    /** Rejects with what the handler threw, or with a LambdaTimeoutError. */
    runHandler(): Promise<unknown>
  }
  export default class Lambda {
    /** An idle instance of that function, a new one where all are busy. */
    get(functionKey: string): LambdaFunction
    start(): Promise<void>
  }
}
