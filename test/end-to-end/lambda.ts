/** The bundled functions one at a time, with the settings of the service under test. */
import { type Instance, startInstance } from '../../local/lambda.ts'
import { service } from './client.ts'

export { eventFor, type Instance, type Invocation } from '../../local/lambda.ts'

export const instance = (name: string, settings: NodeJS.ProcessEnv = {}): Instance =>
  startInstance(name, { ...service.functionEnvironment, ...settings })
