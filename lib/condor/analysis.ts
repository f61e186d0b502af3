/** Why a job waits: HTCondor's own analysis of it, and its sum in one sentence. */
import { type ClassAd, integer, jobState, text, time } from './classad.ts'
import type { Operation } from './gate.ts'

/** The words of `condor_q -better-analyze` about one of the account's queued jobs. */
export const analyzeJob = (
  account: string,
  id: { readonly cluster: number; readonly proc: number },
): Operation<string> => ({
  request: { op: 'analyze', account, cluster: id.cluster, proc: id.proc },
  // In front of it stand the schedd's name and address, many times.
  read: (stdout) => stdout.slice(Math.max(0, stdout.indexOf('The Requirements expression'))),
})

/** `attributes` of the ad that the sentence is made from. */
export const VERDICT_ATTRIBUTES = [
  ...['Owner', 'ClusterId', 'ProcId', 'JobStatus', 'HoldReason', 'RemoveReason'],
  ...['EnteredCurrentStatus', 'CompletionDate', 'RemoteHost', 'LastRemoteHost'],
  ...['ExitCode', 'ExitSignal', 'JobCurrentStartDate'],
]

/** What holds the job up, or what became of it. `analysis` is needed for an idle job alone. */
export function verdict(ad: ClassAd, analysis = ''): string {
  const since = (attribute: string, word: string) => {
    const at = time(ad, attribute)
    return at === undefined ? '' : ` ${word} ${at}`
  }
  switch (jobState(ad)) {
    case 'Idle':
      return waiting(analysis)
    case 'Held':
      return `Held${since('EnteredCurrentStatus', 'since')}: ${text(ad, 'HoldReason') ?? 'no reason is given'}`
    case 'Running':
      return `Running on ${text(ad, 'RemoteHost') ?? 'a worker'}${since('JobCurrentStartDate', 'since')}`
    case 'Transferring Output':
      return `Its output is being transferred from ${text(ad, 'RemoteHost') ?? 'the worker'}`
    case 'Completed': {
      const signal = integer(ad, 'ExitSignal')
      const how =
        signal === undefined ? `exit code ${integer(ad, 'ExitCode') ?? '?'}` : `signal ${signal}`
      return `Completed${since('CompletionDate', 'at')} with ${how}`
    }
    case 'Removed':
      return `Removed${since('EnteredCurrentStatus', 'at')}: ${text(ad, 'RemoveReason') ?? 'no reason is given'}`
    case undefined:
      return 'Its state is not known'
    default:
      return `${jobState(ad)}${since('EnteredCurrentStatus', 'since')}`
  }
}

/** 23.9 counts machines, 25 slots. */
function waiting(analysis: string): string {
  const count = (...words: string[]) => numberBefore(analysis, words)
  const [, all = '0', places = 'machines'] = /Of (\d+) (slots|machines)/.exec(analysis) ?? []
  if (all === '0') return `Waiting: there are no ${places} in the pool at the moment`
  const able = count(' are able to run your job', ' slots match and are willing to run your job')
  const running = count(...either('match and are already running your jobs'))
  const serving = count(...either('match but are serving other users'))
  const refusing = count(...either('reject your job because of their own requirements'))
  const of = `of ${all} ${places}`
  if (able > 0)
    return `Waiting: ${able} ${of} could run it, when they have room and its turn has come`
  if (running + serving > 0) return `Waiting: the ${running + serving} ${of} that fit are all busy`
  const condition = unmet(analysis)
  if (condition !== undefined) return `Waiting: none ${of} has ${condition}`
  if (refusing > 0) return `Waiting: ${refusing} ${of} fit, and do not accept the job`
  return `Waiting: none ${of} has all that the job asks for`
}

/** The longer words first: the others stand in them. */
const either = (words: string) => [` slots ${words}`, ` ${words}`]

/** The number in front of the first of these words that are there; 0 where none are. */
function numberBefore(text: string, words: readonly string[]): number {
  const end = words.map((some) => text.indexOf(some)).find((at) => at !== -1) ?? 0
  let start = end
  while (start > 0 && /\d/.test(text.charAt(start - 1))) start -= 1
  return Number(text.slice(start, end))
}

/** The first condition that no slot fulfils, with the numbers that the job asks for. */
function unmet(analysis: string): string | undefined {
  const lines = analysis.split('\n').map((line) => line.trimEnd())
  const conditions = lines.map((line) => /^\[\d+\]\s+(?:0|never)\s+(\S.*)$/.exec(line)?.[1])
  const condition = conditions.find((one) => one !== undefined)
  if (condition === undefined) return undefined
  const asked = requested(lines)
  return condition
    .replaceAll('TARGET.', '')
    .replace(
      /\bHas(?:Docker|Container|SIF|DockerURL|SandboxImage)\b/g,
      (name) => WORDS[name] ?? name,
    )
    .replace(
      /\bRequest(?:Memory|Disk|Cpus|GPUs)\b/gi,
      (name) => asked.get(name.toLowerCase()) ?? name,
    )
}

/** What a worker says that it can run. */
const WORDS: Readonly<Record<string, string>> = {
  HasDocker: 'Docker (HasDocker)',
  HasContainer: 'a program that runs containers (HasContainer)',
  HasSIF: 'Singularity images (HasSIF)',
  HasDockerURL: 'images of Docker registries (HasDockerURL)',
  HasSandboxImage: 'images that are a directory (HasSandboxImage)',
}

/** `RequestMemory = 999999 (mb)`, the first of each name: looked for once, for a condition can name it many times. */
function requested(lines: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const line of lines) {
    const [, name, value] =
      /^\s+(Request(?:Memory|Disk|Cpus|GPUs)) = (\d+(?: \(\w+\))?)$/i.exec(line) ?? []
    if (name === undefined || value === undefined || found.has(name.toLowerCase())) continue
    found.set(name.toLowerCase(), value.replace(/[()]/g, '').toUpperCase())
  }
  return found
}
