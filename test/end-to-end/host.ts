/** The submit host of the tests, as its root sees it. */
import { outage as outageOf, type Part } from '../../local/host/outage.ts'
import { runIn } from '../../local/host/stack.ts'
import { service } from './client.ts'

/** Runs a command on the submit host as root. */
export const onSubmitHost = runIn(service.pid)

export const outage = (part: Part) => outageOf({ run: onSubmitHost }, part)
