/** Submit descriptions as astronomers publish them: they are taken as they are, run, and write what they say. */
import { afterAll, describe, expect, test } from 'vitest'
import { CONTAINER, KINDS, type Kind } from '../published/kinds.ts'
import { benign } from '../same-jobs/description.ts'
import { findings, submitBoth } from '../same-jobs/submit.ts'
import { alice, eventually, file, rows, VM } from './client.ts'
import { ask } from './gate.ts'
import { onSubmitHost } from './host.ts'

const submit = (description: string, script = 'true') =>
  alice(
    `/job?job=job.sub,param:j&exec=program.sh,param:e&${VM}`,
    ...['-X', 'POST', '-F', `j=<${file('published.sub', description)}`],
    ...['-F', `e=@${file('program.sh', `#!/bin/sh\n${script}\n`)}`],
  )

/** `attributes` of each job of the cluster, as HTCondor has them. */
async function queued(cluster: string, attributes: string): Promise<string[]> {
  const { stdout } = await onSubmitHost(
    ...(['condor_q', '-allusers', cluster, '-af', ...attributes.split(' ')] as const),
  )
  return stdout.split('\n').slice(0, -1)
}

afterAll(async () => {
  await alice('/job', '-X', 'DELETE')
})

describe('each kind runs', () => {
  const places = new Map<Kind, { cluster: string; folder: string }>()

  test('all are accepted', async () => {
    for (const kind of KINDS) {
      const { text, headers } = await submit(kind.description, kind.script)
      expect(text, kind.name).toMatch(/^\d+$/)
      places.set(kind, { cluster: text, folder: `/home/alice/proc/${headers['x-request-id']}` })
    }
  })

  test.each(KINDS)('$name', async (kind) => {
    const { cluster = '', folder } = places.get(kind) ?? {}
    await eventually(async () => (await queued(cluster, 'ClusterId')).length === 0)
    const written: Record<string, string> = {}
    for (const name of Object.keys(kind.files))
      written[name] = (await onSubmitHost('cat', `${folder}/${name}`)).stdout
    const [scheduler] = rows((await alice('/job?status=true&RESPONSEFORMAT=tsv')).text)
    const major = Number.parseInt(scheduler?.Version ?? '', 10)
    expect(written).toEqual((major >= 25 && kind.filesOf25) || kind.files)
  })
})

test('each kind makes the jobs that condor_submit alone makes', async () => {
  const ways = { ask, root: (script: string) => onSubmitHost('bash', '-c', script) }
  const all = KINDS.map(({ name, description }) => ({
    ...benign(name, '', ''),
    // Alone it would leave them to the schedd to make, a few at a time.
    bytes: Buffer.from(`hold = true\n${description.replace('max_materialize = 3\n', '')}`),
  }))
  expect(findings(await submitBoth(ways, all))).toEqual([])
})

test('max_materialize is taken, and all jobs are queued at once', async () => {
  const { text } = await submit('hold = true\nmax_materialize = 3\nmax_idle = 2\nqueue 7\n')
  expect(await queued(text, 'ProcId')).toEqual(['0', '1', '2', '3', '4', '5', '6'])
})

test.each(KINDS.flatMap(({ refused = [] }) => refused))(
  '%s is 400, and says why',
  async (line, words) => {
    const reply = await submit(`${line}\noutput = o\nqueue\n`)
    expect(reply).toMatchObject({ status: 400, text: expect.stringMatching(words) })
  },
)

describe('9: a container with a GPU', () => {
  test('is accepted by its image, and waits for a machine that has both', async () => {
    const { text } = await submit(CONTAINER)
    expect(await queued(text, 'JobUniverse JobStatus DockerImage RequestGPUs')).toEqual([
      '5 1 example/survey:1 1',
    ])
  })

  test.each([
    ['docker', 'docker_image', 'WantDocker'],
    ['container', 'container_image', 'WantContainer'],
  ])('so is universe = %s', async (name, command, wanted) => {
    const description = CONTAINER.replace('docker_image', command)
    const { text } = await submit(`universe = ${name}\n${description}`)
    expect(await queued(text, `JobUniverse ${wanted} RequestGPUs`)).toEqual(['5 true 1'])
  })
})
