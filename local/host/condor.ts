/** HTCondor as the local pool: schedd, negotiator, collector and execute node in one, made fast. */

export const HOSTNAME = 'submit.condor.test'

/**
 * /etc/condor/config.d/99-local, on top of Debian's minicondor: loopback only, and quick cycles. All else is as Debian
 * and HTCondor have it, also what invites attacks: mail, chirp, transfer plugins, authentication.
 * What a site needs for the service comes from submit-host/install, not from here.
 */
export const condorConfig = (port: number) => `CONDOR_HOST = 127.0.0.1
NETWORK_INTERFACE = 127.0.0.1
BIND_ALL_INTERFACES = False
ENABLE_IPV6 = False
SHARED_PORT_PORT = ${port}
COLLECTOR_HOST = 127.0.0.1:${port}
NETWORK_HOSTNAME = ${HOSTNAME}
# one domain for submit host and workers, as sites have it: a job runs as its owner and finds the owner's files
UID_DOMAIN = condor.test
FILESYSTEM_DOMAIN = condor.test
TRUST_UID_DOMAIN = True

# who may talk: file system for local users, the pool password's token for daemons
SEC_DEFAULT_AUTHENTICATION_METHODS = FS, IDTOKENS
SEC_CLIENT_AUTHENTICATION_METHODS = FS, IDTOKENS

# kinder than a real worker: more than this machine has, and, with no cgroup file system in here, nothing keeps a job to
# what it asked for
NUM_CPUS = 16
MEMORY = 32768
BASE_CGROUP =

# only quicker, for the tests: a real pool takes seconds to start a job
SCHEDD_INTERVAL = 2
SCHEDD_MIN_INTERVAL = 1
NEGOTIATOR_INTERVAL = 1
NEGOTIATOR_MIN_INTERVAL = 1
NEGOTIATOR_CYCLE_DELAY = 1
UPDATE_INTERVAL = 5
STARTER_UPDATE_INTERVAL = 5
SHADOW_QUEUE_UPDATE_INTERVAL = 5
STARTER_INITIAL_UPDATE_INTERVAL = 1
JOB_START_DELAY = 0
JOB_START_COUNT = 50
MAX_JOBS_RUNNING = 200
RUNBENCHMARKS = 0

# kinder than a real schedd, ten times each: tests ask what became of their first jobs, and bench/ queues 300,000
MAX_HISTORY_LOG = 200000000
MAX_JOBS_PER_SUBMISSION = 200000
MAX_JOBS_PER_OWNER = 1000000
`

/** /etc/hosts: a host name that does not resolve makes every HTCondor tool hang. */
export const HOSTS = `127.0.0.1 localhost
127.0.0.1 ${HOSTNAME} ${HOSTNAME.split('.')[0]}
`

/** /etc/ssh/sshd_config.d/00-local.conf; the rest is as Debian and submit-host/install set it. */
export const sshdConfig = (port: number) => `Port ${port}
ListenAddress 127.0.0.1
`

/** /etc/default/ssh, which ssh.service reads: a log of its own, for there is no journal. */
export const SSHD_OPTIONS = 'SSHD_OPTS=-E /var/log/sshd.log\n'
