/** DELETE: removes jobs of the caller, all or those that are named, and nothing of anybody else. */
import { accountOf } from '../lib/identity/account.ts'
import { remove } from '../lib/job/action.ts'
import { answers } from '../lib/reply/answer.ts'
import { outages, preload } from '../lib/services.ts'

preload()

export const handler = answers(
  'delete',
  (request) => remove(request, accountOf(request.event)),
  outages,
)
