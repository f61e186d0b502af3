/** The submit host of the tests, as its root sees it. */
import { outage as outageOf, type Part } from '../../local/host/outage.ts'
import { runIn } from '../../local/host/stack.ts'
import { service } from './client.ts'

/** Runs a command on the submit host as root. */
export const onSubmitHost = runIn(service.pid)

/** The first part of HTCondor's version: 23 or 25. */
export async function condorMajor(): Promise<number> {
  const { stdout } = await onSubmitHost('condor_version')
  return Number(/CondorVersion: (\d+)/.exec(stdout)?.[1])
}

export const outage = (part: Part) => outageOf({ run: onSubmitHost }, part)
