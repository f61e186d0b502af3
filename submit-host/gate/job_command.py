"""condor_rm, condor_hold and condor_release with a constraint, as the account. Never an id in words: `condor_rm alice` is a user's all."""
from command import as_account
from failure import SOFTWARE, Failure
from message import query_failure

TOOLS = {'remove': '/usr/bin/condor_rm', 'hold': '/usr/bin/condor_hold', 'release': '/usr/bin/condor_release'}
LIMIT = 70  # seconds, above TIMEOUT=60 in sudoers

# HTCondor's action_result_t: what became of a job.
DONE = 1
BAD_STATUS = 3
ALREADY_DONE = 4


def run_action(action, account, constraint, *options):
    """{(cluster, proc): result} of the jobs that `constraint` holds for; it must name the owner.

    The schedd does it in one transaction and lists each job, `job_<cluster>_<proc> = <result>`. The ad of a job factory
    itself is listed too, without a proc number of its own: it is no job.
    """
    result = as_account(account, '/', [TOOLS[action], '-long', *options, '-constraint', constraint], LIMIT)
    if result.status is None or b'JobAction' not in result.out:
        raise query_failure(result)
    found = {}
    for line in result.out.split(b'\n'):
        name, _, value = line.partition(b' = ')
        word, _, job = name.partition(b'_')
        cluster, _, proc = job.partition(b'_')
        if word == b'job' and cluster.isdigit() and proc.isdigit() and value.isdigit():
            found[int(cluster), int(proc)] = int(value)
    # No such job is said in words and by different statuses; anything else with nothing done is a fault.
    if result.status != 0 and not found and b"Couldn't find/" not in result.err:
        raise Failure(SOFTWARE, 'nothing could be done to the jobs', result.err[:1000].decode('utf-8', 'replace'))
    return found


def done(results):
    return sum(code == DONE for code in results.values())
