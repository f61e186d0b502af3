/** One function of the gate's on many values in one Python: what it gives, or its words where it refuses. */
import { python } from './python.ts'

/**
 * `program` defines `one(value)`. Refused and Failure become their words; any other exception ends the test with its
 * traceback.
 */
export function each<T>(program: string, values: readonly unknown[]): (T | string)[] {
  return JSON.parse(
    python(
      `
import json
from expression import Refused
from failure import Failure
${program}
def answer(value):
    try:
        return one(value)
    except Refused as refused:
        return str(refused)
    except Failure as failure:
        return failure.message
print(json.dumps([answer(value) for value in json.load(sys.stdin)]))
`,
      JSON.stringify(values).replace(
        /[\u007f-\uffff]/g,
        (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
      ),
    ),
  )
}
