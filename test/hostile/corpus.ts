/** Every hostile description there is. */
import type { Hostile } from './description.ts'
import { disguises } from './disguises.ts'
import { encodings } from './encodings.ts'
import { expressions } from './expressions.ts'
import { files } from './files.ts'
import { identities } from './identities.ts'
import { later } from './later.ts'
import { lineBreaks } from './line-breaks.ts'
import { places } from './places.ts'
import { programs } from './programs.ts'
import { queueVariables } from './queue-variables.ts'
import { runs } from './runs.ts'
import { sizes } from './sizes.ts'
import { universes } from './universes.ts'
import { urls } from './urls.ts'

export const corpus: readonly Hostile[] = [
  ...programs,
  ...disguises,
  ...universes,
  ...identities,
  ...files,
  ...places,
  ...runs,
  ...sizes,
  ...encodings,
  ...queueVariables,
  ...urls,
  ...expressions,
  ...later,
  ...lineBreaks,
]
