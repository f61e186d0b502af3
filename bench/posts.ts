/** POST: submissions of a description with an executable on the VM, one after the other and 8 at a time. */
import { readFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import { eventFor, type Instance, type Invocation } from '../local/lambda.ts'
import { type Bare, connectBare } from './bare.ts'
import { empty } from './queue.ts'
import { type Row, rates, timed, times } from './sample.ts'
import type { Scene } from './scene.ts'

const DESCRIPTION = 'hold = true\nqueue\n'
const BARE =
  "sudo -n -u alice -D /home/alice condor_submit -terse - -append 'executable=/bin/true' -append 'transfer_executable=false'"
const MANY = 20_000
const LARGE = `hold = true\nqueue ${MANY}\n`
const form = (description: string) =>
  `--b\r\ncontent-disposition: form-data; name="j"\r\n\r\n${description}\r\n--b--\r\n`
const TYPE = 'multipart/form-data; boundary=b'
const QUERY = {
  job: 'j,param:j',
  exec: 'e,vm:/bin/true',
  image: 'vmi:a4728b62-d15f-4e10-8475-1481ea3037d4',
  flavor: 'fli:de7afe99-a559-4744-bab7-fbc30e85fcfc',
}
const SUBMITTERS = 8

export async function posts(scene: Scene): Promise<Row[]> {
  const rounds = scene.quick ? 5 : 21
  const bare = await connectBare(scene)
  const post = scene.instance('post')
  const submitBare = () => bare.run(BARE, DESCRIPTION)
  await submitBare()
  await submit(post)
  const rows = [
    await times('POST, warm', rounds, submitBare, () => submit(post)),
    await times('POST, warm, through the local gateway', rounds, submitBare, gateway(scene)),
  ]
  post.stop()
  bare.close()
  return [...rows, await together(scene)]
}

/** One submission of many jobs; the queue is as short for the next one. */
export async function large(scene: Scene): Promise<Row> {
  const bare = await connectBare(scene)
  const post = scene.instance('post')
  const emptied = async <Result>(submission: Promise<Result>) => {
    const result = await submission
    await empty(scene)
    return result
  }
  await submit(post)
  const row = await times(
    `POST of ${MANY} jobs`,
    scene.quick ? 3 : 7,
    () => emptied(bare.run(BARE, LARGE)),
    () => emptied(submit(post, LARGE)),
  )
  post.stop()
  bare.close()
  return row
}

function submit(post: Instance, description = DESCRIPTION): Promise<Invocation> {
  return post.invoke(
    eventFor('alice', 'POST', QUERY, {
      body: form(description),
      headers: { 'content-type': TYPE },
    }),
  )
}

/** Submitters with a connection, and an instance, of their own. */
async function together(scene: Scene): Promise<Row> {
  const each = scene.quick ? 5 : 20
  const places = Array.from({ length: SUBMITTERS })
  const bares = await Promise.all(places.map(() => connectBare(scene)))
  const instances = places.map(() => scene.instance('post'))
  const rate = async (submissions: (() => Promise<unknown>)[]) => {
    const seconds = await timed(() =>
      Promise.all(
        submissions.map(async (one) => {
          for (let i = 0; i < each; i++) await one()
        }),
      ),
    )
    return (submissions.length * each) / seconds
  }
  const bareRate = () => rate(bares.map((of: Bare) => () => of.run(BARE, DESCRIPTION)))
  const serviceRate = () => rate(instances.map((of) => () => submitted(of)))
  await Promise.all(instances.map(submitted))
  const row = await rates(`POST, ${SUBMITTERS} submitters`, 5, bareRate, serviceRate)
  for (const instance of instances) instance.stop()
  for (const of of bares) of.close()
  return row
}

async function submitted(post: Instance): Promise<void> {
  const { result } = await submit(post)
  if (result.statusCode !== 200) throw new Error(`POST: ${result.statusCode} ${result.body}`)
}

/** Over HTTPS with a client certificate: authorizer and function behind serverless-offline. */
function gateway({ service }: Scene): () => Promise<Invocation> {
  const pem = readFileSync(join(service.certs, 'alice.pem'))
  const ca = readFileSync(join(service.certs, 'ca.pem'))
  const url = `${service.url}/proc/job?${new URLSearchParams(QUERY)}`
  return async () => {
    let result = { statusCode: 0, body: '' }
    const seconds = await timed(
      () =>
        new Promise<void>((resolve, reject) => {
          const headers = { 'content-type': TYPE }
          const asked = request(url, { method: 'POST', headers, ca, cert: pem, key: pem })
          asked.once('error', reject).once('response', (response) => {
            let body = ''
            response.on('data', (chunk) => {
              body += chunk
            })
            response.once('error', reject).once('end', () => {
              result = { statusCode: response.statusCode ?? 0, body }
              resolve()
            })
          })
          asked.end(form(DESCRIPTION))
        }),
    )
    return { result, seconds, init: 0, before: 0, peak: 0 }
  }
}
