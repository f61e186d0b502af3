/**
 * Each wall of the submit host alone keeps out what it is there for, and where all of them are down it is noticed: so
 * that neither a wall nor a test of one is there in vain.
 */
import { createHash, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { VM, type Way } from '../hostile/attempt.ts'
import { type Behind, behind, endlessOnes, FACTORY } from '../hostile/behind.ts'
import { setCanary } from '../hostile/canary.ts'
import { CANARY, family, type Hostile } from '../hostile/description.ts'
import { type Setting, tryAll } from '../hostile/trial.ts'
import { recover, takeDown, type Wall } from '../hostile/walls.ts'
import { eventually } from './client.ts'
import { ask } from './gate.ts'
import { onSubmitHost } from './host.ts'

const root = (script: string) => onSubmitHost('bash', '-c', script)

/** As a compromised function would, past the service's own checks. */
const byGate: Way = async (hostile) => {
  const start = performance.now()
  const request = randomUUID()
  const { bytes } = hostile
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const { status, stdout, stderr } = await ask({
    op: 'submit',
    account: 'alice',
    request,
    digest: sha256,
    files: [{ name: 'job.sub', content: bytes.toString('base64'), size: bytes.length, sha256 }],
    description: 'job.sub',
    executable: { path: `${CANARY}/work` },
    append: [`+VMAMI = "${VM.image}"`, `+VMInstanceType = "${VM.flavor}"`],
  })
  const text = status === 0 ? `${JSON.parse(stdout).cluster}` : stderr
  const seconds = (performance.now() - start) / 1000
  return { hostile, status: status === 0 ? 200 : 400, text, request, seconds }
}

let setting: Setting
beforeAll(async () => {
  await root('condor_rm -all')
  setting = { root, canary: await setCanary(root), until: eventually }
})
afterAll(async () => {
  await takeDown(root, [])
  await root('rm -f /etc/condor/config.d/99-z-walls; /root/submit-host/install; condor_reconfig')
  await setting.canary.remove()
})

async function findings({ hostile, harm }: Behind, down: readonly Wall[]) {
  await takeDown(root, down)
  const trial = await tryAll(setting, [hostile], [byGate], { limit: 75, patience: 40 })
  return trial.findings.filter((finding) => harm.test(finding))
}

describe.each(behind.map((one) => [one.hostile.name, one] as const))('%s', (_, one) => {
  test.each(one.walls)('%s alone keeps it out', async (wall) => {
    const others = one.walls.filter((other) => other !== wall)
    expect(await findings(one, others)).toEqual([])
  })
  test('without them it is noticed', async () => {
    expect(await findings(one, one.walls)).not.toEqual([])
  })
})

/** Whether the schedd answers within 5 s, asked for so many seconds after such a submission. */
async function answersAfter(hostile: Hostile, down: readonly Wall[], seconds: number) {
  await takeDown(root, down)
  const submission = byGate(hostile).catch(() => undefined)
  const end = Date.now() + seconds * 1000
  let answers = true
  while (answers && Date.now() < end)
    answers = (await root('timeout 5 condor_q -totals && sleep 0.5')).status === 0
  await recover(root)
  await submission
  return answers
}

test.each(endlessOnes.map((hostile) => [hostile.name, hostile] as const))(
  '%s: with the check the schedd answers, and without it it is noticed',
  async (_, hostile) => {
    // Through a negotiation and a round of periodic expressions.
    expect(await answersAfter(hostile, [], 12)).toBe(true)
    expect(await answersAfter(hostile, ['check'], 60)).toBe(false)
  },
  200_000,
)

test('without the check a job factory is no factory in the schedd, and with late materialization it is noticed', async () => {
  const [factory] = family('factory', [FACTORY])
  const factories = async (down: readonly Wall[]) => {
    await takeDown(root, down)
    expect(await byGate(factory as Hostile)).toMatchObject({ status: 200 })
    const { stdout } = await root('condor_q -allusers -factory -af ClusterId; condor_rm -all >&2')
    return stdout.trim()
  }
  expect(await factories(['check'])).toBe('')
  expect(await factories(['check', 'factory'])).toMatch(/^\d+$/)
})
