/** What of lib/ takes no text from outside, or is made of what is in the table, by the reason for it. */

/** Modules with all that they export, or single exports of them. */
export const apart: Readonly<Record<string, readonly string[]>> = {
  'written by ourselves, from constants, settings and the address that was asked': [
    ...[
      'document/columns',
      'document/guide/errors',
      'document/guide/examples',
      'document/guide/formats',
    ],
    ...[
      'document/guide/jobs',
      'document/guide/limits',
      'document/guide/markup',
      'document/guide/programs',
    ],
    ...['document/guide/submission', 'document/openapi/documents', 'document/openapi/jobs'],
    ...['document/openapi/operation', 'document/openapi/responses', 'document/openapi/schemas'],
    ...['reply/html#shownType', 'reply/html#columnList', 'log/metrics', 'condor/cloud'],
    ...[
      'snapshot/state#turnKey',
      'snapshot/state#writtenKey',
      'snapshot/state#folderOf',
      'snapshot/state#rowsKey',
    ],
  ],
  'read once, from the settings of the operator': [
    ...[
      'settings',
      'staging/environment-credentials',
      'staging/vospace-access',
      'staging/vospace-credentials',
    ],
    ...['staging/vospace#checkVospaceSettings', 'staging/vospace/credential#securityMethod'],
  ],
  'passes bytes on, without looking into them': [
    ...['condor/connection', 'condor/exchange', 'condor/handshake', 'condor/ssh', 'condor/attempt'],
    ...[
      'staging/aws',
      'staging/multipart',
      'staging/object-store',
      'staging/upload',
      'staging/secret',
    ],
    ...[
      'staging/missing',
      'staging/patience',
      'staging/vospace/guarded-request#ask',
      'snapshot/shelf',
    ],
  ],
  'calls what is in the table, for a request': [
    ...[
      'job/action#remove',
      'job/action#post',
      'job/change',
      'job/output',
      'job/overflow',
      'job/view',
    ],
    ...[
      'job/wait#waitView',
      'snapshot/job-list',
      'snapshot/queue',
      'snapshot/taking',
      'snapshot/turn',
      'snapshot/written',
    ],
    ...[
      'snapshot/job-row#jobRowTable',
      'reply/ad-column',
      'services',
      'health/check',
      'health/suspicion',
      'log/log#logZeros',
      'staging/stage#stage',
    ],
    ...[
      'staging/configuration',
      'staging/delivery#redirect',
      'staging/delivery#replyKey',
      'staging/delivery#takesBytes',
      'staging/idle-sockets',
      'staging/vospace#openVosFile',
    ],
    ...[
      'staging/vospace/negotiation#openUrl',
      'staging/vospace/negotiation#negotiate',
      'staging/vospace/remembered',
    ],
  ],
  'compares times and numbers': [
    ...[
      'health/maintenance#watchedMaintenance',
      'health/maintenance#inForce',
      'health/maintenance#isAhead',
    ],
    ...[
      'health/maintenance#retrySeconds',
      'health/maintenance#refuseInMaintenance',
      'health/state#nextState',
    ],
  ],
  'an error, which keeps its text as it is': [
    ...['problem', 'identity/distinguished-name#NameError', 'staging/vospace/guard#Refused'],
    'staging/vospace/xml#BadDocument',
    'classad/value#Undecided',
  ],
}
