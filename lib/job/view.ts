/** GET with `id`: what is told about one of the caller's own jobs, or about a cluster of them. */
import { analyzeJob, VERDICT_ATTRIBUTES, verdict } from '../condor/analysis.ts'
import { type ClassAd, integer } from '../condor/classad.ts'
import { perform } from '../condor/gate.ts'
import { readJobs } from '../condor/job.ts'
import { JOBS_OF_CLUSTER } from '../limits.ts'
import { badRequest, notFound } from '../problem.ts'
import { type Answer, plainText, type Request } from '../reply/answer.ts'
import { jobDetails } from '../reply/job-details.ts'
import { attributesOf, write } from '../reply/table.ts'
import { detailsWriterOf } from '../reply/writers.ts'
import { type Format, readFormat } from '../request/format.ts'
import { header } from '../request/header.ts'
import { type JobName, printJobName, readJobNames } from '../request/job-name.ts'
import type { Parameters } from '../request/parameters.ts'
import { quoted } from '../request/quotation.ts'
import { store, submitHost } from '../services.ts'
import type { SharedQueue } from '../snapshot/queue.ts'
import { deliver } from '../staging/delivery.ts'
import { outputView } from './output.ts'
import { refuseCut } from './overflow.ts'
import { readWait, waitView } from './wait.ts'

/** The parameters that go with `id`, in lower case. */
const OWN = new Set(['id', 'view', 'wait', 'responseformat'])
const DETAILS = attributesOf(jobDetails)
/** Questions that the submit host is asked side by side. */
const AT_ONCE = 4

/** Throws Problems: 400, 404 for a job that is not the account's. */
export async function jobView(
  request: Request,
  account: string,
  parameters: Parameters,
  queue: SharedQueue,
): Promise<Answer> {
  for (const name of parameters.keys()) {
    if (!OWN.has(name)) throw badRequest(`${name} and id exclude each other`)
  }
  const names = readJobNames(parameters.get('id') ?? '')
  const [name, ...others] = names as [JobName, ...JobName[]]
  const view = parameters.get('view')?.toLowerCase() ?? 'details'
  // A format that there is not is an error also where the answer is text anyhow.
  const format = readFormat(parameters.get('responseformat'), header(request.event, 'accept'))
  const wait = parameters.get('wait')
  if (wait !== undefined) {
    if (view !== 'details') throw badRequest('WAIT and view exclude each other')
    if (others.length > 0) throw badRequest('WAIT needs one id: a job, or a cluster')
    return waitView(request, { account, name, seconds: readWait(wait), format }, queue)
  }
  if (view === 'details') return details(request, account, names, format)
  if (others.length > 0) throw badRequest(`view=${view} needs one job: id=<cluster>.<proc>`)
  switch (view) {
    case 'analyze':
      return analysis(request, account, name)
    case 'stdout':
    case 'stderr':
    case 'log':
      return outputView(request, account, name, view)
    default:
      throw badRequest(
        `view must be one of details, analyze, stdout, stderr, log, not ${quoted(view)}`,
      )
  }
}

async function details(
  request: Request,
  account: string,
  names: readonly JobName[],
  format: Format,
): Promise<Answer> {
  const ads = await foundOf(request, account, names)
  const overflow = ads.length > JOBS_OF_CLUSTER
  if (overflow && names[0]) refuseCut(format, names[0].cluster)
  const rows = ads.slice(0, JOBS_OF_CLUSTER)
  const pieces = write(detailsWriterOf(format), jobDetails, [rows], () => overflow)
  return deliver(store, request, pieces, format.contentType)
}

/** One sentence, and behind an empty line what HTCondor itself says about a job that waits. */
async function analysis(request: Request, account: string, name: JobName): Promise<Answer> {
  if (name.proc === undefined) throw badRequest('view=analyze needs one job: id=<cluster>.<proc>')
  const [ad = {}] = await found(request, account, name, VERDICT_ATTRIBUTES)
  if (integer(ad, 'JobStatus') !== 1) return plainText(`${verdict(ad)}\n`)
  const { cluster, proc } = name
  const asked = perform(submitHost(), analyzeJob(account, { cluster, proc }), request.deadline)
  const words = await request.measure('schedd', asked)
  return plainText(`${verdict(ad, words)}\n\n${words.trim()}\n`)
}

/** The jobs of all names, in their order: each once, and all of them or none. */
async function foundOf(
  request: Request,
  account: string,
  names: readonly JobName[],
): Promise<ClassAd[]> {
  const [first, ...others] = names
  if (first && others.length === 0) return found(request, account, first, DETAILS)
  const ads = new Map<string, ClassAd>()
  const missing: JobName[] = []
  const questions = questionsOf(names)
  for (let at = 0; at < questions.length; at += AT_ONCE) {
    const some = questions.slice(at, at + AT_ONCE)
    const answers = some.map((question) => answerOf(account, question, request.deadline))
    for (const { found, unknown } of await request.measure('schedd', Promise.all(answers))) {
      missing.push(...unknown)
      for (const ad of found) ads.set(idOf(ad), ad)
    }
    if (ads.size > JOBS_OF_CLUSTER) {
      throw badRequest(`these ids name more than ${JOBS_OF_CLUSTER} jobs; ask for fewer at a time`)
    }
  }
  if (missing.length === 0) return [...ads.values()]
  const list = missing.map(printJobName).join(', ')
  throw notFound(`you have no job ${list}, queued or lately finished`)
}

/** The names of one cluster together: it can be asked for once. */
const questionsOf = (names: readonly JobName[]): JobName[][] => [
  ...Map.groupBy(names, ({ cluster }) => cluster).values(),
]

/** Of several jobs of a cluster the whole cluster is asked for, unless it has more jobs than an answer tells. */
async function answerOf(
  account: string,
  names: readonly JobName[],
  deadline: number,
): Promise<{ found: ClassAd[]; unknown: JobName[] }> {
  const read = (name: JobName) => readJobs(submitHost(), account, name, DETAILS, deadline)
  const [first] = names
  if (first && names.length > 1) {
    const all = await read({ cluster: first.cluster })
    if (all.length <= JOBS_OF_CLUSTER) {
      const of = (name: JobName) => all.filter((ad) => isNamed(ad, name))
      return { found: names.flatMap(of), unknown: names.filter((name) => of(name).length === 0) }
    }
  }
  const found: ClassAd[] = []
  const unknown: JobName[] = []
  for (const name of names) {
    const ads = await read(name)
    if (ads.length === 0) unknown.push(name)
    found.push(...ads)
  }
  return { found, unknown }
}

const idOf = (ad: ClassAd) => `${integer(ad, 'ClusterId')}.${integer(ad, 'ProcId')}`

const isNamed = (ad: ClassAd, { proc }: JobName) =>
  proc === undefined || integer(ad, 'ProcId') === proc

async function found(
  request: Request,
  account: string,
  name: JobName,
  attributes: readonly string[],
): Promise<ClassAd[]> {
  const read = readJobs(submitHost(), account, name, attributes, request.deadline)
  const ads = await request.measure('schedd', read)
  if (ads.length > 0) return ads
  throw notFound(`you have no job ${printJobName(name)}, queued or lately finished`)
}
