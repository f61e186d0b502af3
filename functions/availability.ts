/** GET /proc/availability: asks the schedd and the object store themselves, for anyone. */
import { perform } from '../lib/condor/gate.ts'
import { ping } from '../lib/condor/scheduler.ts'
import { Problem } from '../lib/problem.ts'
import { answers } from '../lib/reply/answer.ts'
import { availabilityDocument } from '../lib/reply/availability.ts'
import { causes } from '../lib/reply/log.ts'
import { readParameters } from '../lib/request/parameters.ts'
import { store, submitHost } from '../lib/services.ts'

/** A monitor waits seconds, not minutes: what has not answered by then is down. */
const PATIENCE_MS = 8_000

export const handler = answers(async function availability(request) {
  readParameters(request.event.multiValueQueryStringParameters, [])
  const deadline = Math.min(request.deadline, Date.now() + PATIENCE_MS)
  const faults = await Promise.all([
    faultOf(() => perform(submitHost(), ping, deadline), deadline),
    faultOf(() => store().ping(), deadline),
  ])
  const notes = faults.filter((fault) => fault !== undefined)
  const available = notes.length === 0
  return {
    status: 200,
    contentType: 'text/xml; charset=utf-8',
    body: availabilityDocument({
      available,
      notes: available ? ['service is accepting jobs'] : notes,
    }),
  }
})

/** What is wrong with a part, in a sentence; undefined when it answered in time. */
async function faultOf(probe: () => Promise<unknown>, deadline: number) {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    const wait = Math.max(0, deadline - Date.now())
    timer = setTimeout(() => reject(new Error('no answer in time')), wait)
  })
  try {
    await Promise.race([probe(), late])
    return undefined
  } catch (error) {
    process.stdout.write(`${JSON.stringify({ availability: causes(error) })}\n`)
    return error instanceof Problem ? error.message : 'a part of the service does not answer'
  } finally {
    clearTimeout(timer)
  }
}
