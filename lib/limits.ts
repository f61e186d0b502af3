/** The limits that users meet: the numbers that the code keeps to and the documentation tells. */

/** Parts of one multipart body. */
export const FORM_PARTS = 32
export const DESCRIPTION_BYTES = 4 * 1024 * 1024
/** Of one job's names, paths and reasons together, which everybody's list shows: as submit-host/condor.conf says. */
export const SHOWN_CHARACTERS = 10_000
/** Different ids in one request: GET, DELETE, or POST with `action`. */
export const IDS_OF_REQUEST = 200
/** Jobs of one submission: as submit-host/gate/large_submission.py says. */
export const JOBS_OF_SUBMISSION = 20_000
/** Characters that the attributes of all these jobs have together: this and the next two as submit-host/gate/job_check.py says. */
export const CHARACTERS_OF_SUBMISSION = 100_000_000
/** Characters of names, reasons and results of all these jobs together. */
export const SHOWN_OF_SUBMISSION = 50_000_000
/** Attributes in which these jobs differ, counted in each job. */
export const DIFFERENCES_OF_SUBMISSION = 200_000
/** Jobs of one cluster, or of all ids together, that one GET tells. */
export const JOBS_OF_CLUSTER = 5_000
/** Of a reply that comes by itself and not by a link. Lambda answers with 6 MB at most, and bytes travel in base64. */
export const REPLY_BYTES = 4_400_000
/** Of a file that a job wrote: what can pass through a function to the object store before the gateway gives up. */
export const OUTPUT_BYTES = 1_000_000_000
/** How long the link to a large reply is good. */
export const LINK_SECONDS = 300
/** How long the further pages of a list can be read. */
export const PAGES_SECONDS = 900
/** The longest WAIT: the gateway gives up after 29 s. */
export const WAIT_SECONDS = 25
/** How long the submit host remembers an Idempotency-Key: as submit-host/tmpfiles.conf says. */
export const KEY_DAYS = 30
