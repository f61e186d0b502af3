/** Expressions of jobs, and what is made of them. */
import { Evaluation, isExpression } from '../../../lib/classad/evaluation.ts'
import { readExpression } from '../../../lib/classad/expression.ts'
import { numeric, truth, Undecided } from '../../../lib/classad/value.ts'
import type { ClassAd } from '../../../lib/condor/classad.ts'
import type { Connection } from '../../../lib/condor/connection.ts'
import { evaluated, evaluatedJobs, withReferred } from '../../../lib/condor/evaluated.ts'
import { readJobs } from '../../../lib/condor/job.ts'
import { ended, pieces, type Reader } from '../reader.ts'
import { later, saying } from './saying.ts'

const WORDS = ['(', ')', '{', ',', '"', '\\"', '1', ' + ', '?', ':', 'a', 'max(', '!', '-', ' is ']
const NAMES = ['Owner', 'ClusterId', 'ProcId', 'RequestMemory', 'a']

const adOf = (RequestMemory: string) => ({ Owner: 'alice', ClusterId: 1, ProcId: 0, RequestMemory })

async function* batches(ads: ClassAd[]) {
  yield ads
}

export const classads: readonly Reader[] = [
  {
    name: 'an expression',
    covers: ['expression#readExpression', 'token#tokens', 'evaluation#Evaluation'].map(
      (one) => `classad/${one}`,
    ),
    tokens: WORDS,
    read: (words) => {
      new Evaluation(NAMES).settle(adOf(`/Expr(${words})/`))
      try {
        readExpression(words)
      } catch (error) {
        if (!(error instanceof Undecided)) throw error
      }
    },
  },
  {
    name: 'values of an expression',
    covers: ['value#numeric', 'value#truth', 'evaluation#isExpression'].map(
      (one) => `classad/${one}`,
    ),
    tokens: ['/Expr('],
    read: (words) => [numeric(words), truth(words), isExpression(words)],
  },
  {
    name: 'jobs with expressions, and what the submit host says of them',
    covers: [
      ...['evaluated#evaluated', 'evaluated#evaluatedJobs', 'evaluated#withReferred'],
      'job#readJobs',
    ].map((one) => `condor/${one}`),
    tokens: ['1 0 5.0\n', '1 0 undefined', '\n', ' '],
    read: async (words) => {
      const host: Connection = saying(words)
      const asked = withReferred(NAMES)
      const ads = () => [adOf(`/Expr(f(${words}))/`)]
      await ended(evaluated(host, batches(ads()), asked, later()))
      await evaluatedJobs(host, ads(), asked, later())
      const many = pieces(words).map((one) => adOf(`/Expr(${one})/`))
      await ended(evaluated(host, batches(many), asked, later()))
      await readJobs(host, 'alice', { cluster: 1 }, NAMES, later()).catch(() => {})
    },
  },
]
