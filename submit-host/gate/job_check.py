"""Whether finished jobs may go to the schedd: each attribute by its name and form, and what all of them cost together."""
from attribute_form import expression
from evaluation_cost import EvaluationCost
from expression import NAMED_ADS, SCOPES, Refused
from failure import DATAERR, Failure
from file_transfer import check as check_transfer
from htcondor_attributes import NAMES
from job_attributes import ADVICE, COMMANDS, FORMS, MADE
from literal import LETTERS, NAME
from reference import JOB_PREFIXES
from resource_request import REQUESTS, refusal

MOST_ATTRIBUTES = 400
LONGEST_JOB = 2_000_000  # characters of all values of one job
LONGEST_NAME = 100
# These bound what all jobs of a submission have together; the schedd keeps once what they have in common. Its rules look
# through some attributes (READ) of each job, 30 million characters in a second of its one thread, and lists show some.
MOST_OF_ALL = 100_000_000
MOST_READ_OF_ALL = 50_000_000
MOST_SET_OF_ALL = 200_000  # attributes in which the jobs differ; some 9,000 in a second
READ = frozenset(
    'jobbatchname holdreason periodicholdreason onexitholdreason requestcpus requestmemory iwd in out err userlog manifestdir '
    'jobstarterlog transferoutput transferoutputremaps transfercheckpoint crondayofmonth'.split()
)

VANILLA = '5'
HELD = '5'
# What ends a line or a value of one for condor_submit.
SEPARATORS = frozenset('\0\n\v\f\r\x1e\x1f')
# The service's own, whatever a submission says: it adds those of its cloud.
RESERVED = frozenset('procrequestid procwarnings gateleavejobinqueue cmd transferexecutable vmami vmimage vminstancetype vmkeepalive'.split())


def check(jobs, account, place, own=()):
    """Takes out of `jobs` what HTCondor or the service sets itself. Failure 65 names an attribute that may not be there.

    `own`: names in lower case of what the service sets in this submission.
    """
    _Check(jobs, account, place, RESERVED.union(own)).run()


class _Check:
    def __init__(self, jobs, account, place, own):
        self.jobs = jobs
        self.account = account
        self.place = place
        self.own = own
        self.cost = EvaluationCost()
        self.written = {}  # each name as the user or HTCondor writes it
        self.seen = {}  # (name, value): whether it is left out

    def run(self):
        jobs = self.jobs
        jobs.held = [proc.get('jobstatus', ('', ''))[1] == HELD for proc in jobs.procs]
        shared, shared_read = self._keep(jobs.cluster)
        own = [self._keep(proc) for proc in jobs.procs]
        if shared + max(size for size, _ in own) > LONGEST_JOB:
            raise Failure(DATAERR, f'a job has more than {LONGEST_JOB:,} characters of attributes, which is not accepted here')
        count = len(own)
        if sum(len(proc) for proc in jobs.procs) > MOST_SET_OF_ALL:
            raise Failure(DATAERR, f'{count:,} jobs differ in more than {MOST_SET_OF_ALL:,} attributes together: queue fewer jobs in one go')
        if shared + sum(size for size, _ in own) > MOST_OF_ALL:
            raise Failure(DATAERR, f'the attributes of {count:,} jobs have {_too_many(MOST_OF_ALL)}')
        if shared_read * count + sum(read for _, read in own) > MOST_READ_OF_ALL:
            raise Failure(DATAERR, f'names, reasons and results of {count:,} jobs have {_too_many(MOST_READ_OF_ALL)}')
        if len(self.written) > MOST_ATTRIBUTES:
            raise Failure(DATAERR, f'the jobs have more than {MOST_ATTRIBUTES} different attributes, which is not accepted here')
        for name, value in self.seen:
            reason = name in REQUESTS and refusal(value, self.written.__contains__)
            if reason:
                raise self._refused(name, reason)
        check_transfer(jobs)
        try:
            self.cost.check(len(jobs.procs))
        except Refused as costly:
            raise self._refused(costly.name, str(costly)) from None

    def _keep(self, attributes):
        """Leaves in `attributes` what is to be submitted; how many characters that is, and how many of READ."""
        size = read = 0
        for name, (written, value) in list(attributes.items()):
            if (name, value) not in self.seen:
                self.written[name] = written
                self.seen[name, value] = self._is_left_out(name, value)
            if self.seen[name, value]:
                del attributes[name]
            else:
                size += len(value)
                if name in READ:
                    read += len(value)
        return size, read

    def _is_left_out(self, name, value):
        if name in self.own:
            return True
        if name == 'jobuniverse':
            if value != VANILLA:
                raise Failure(DATAERR, f'universe {value[:20]} is not accepted here; only vanilla (5), docker and container')
            return True
        if name in MADE:
            if MADE[name] is not None and value not in MADE[name]:
                raise self._refused(name, 'is set by HTCondor itself; leave it out')
            return True
        if name in ACCOUNTING:
            if value not in ACCOUNTING[name](self.account):
                raise Failure(DATAERR, 'accounting_group and accounting_group_user are not accepted here; leave them out: usage is counted by account (batch_name names jobs that belong together)')
            return False
        if self.jobs.mark in name:
            raise self._refused(name, 'must not have $(Cluster) in its name')
        reason = self._form(name)(value, self.place) or self._odd_sign(value)
        if reason:
            raise self._refused(name, reason)
        try:
            references = self.cost.add(name, value)
            # The right number would make it the name of an attribute that was not reckoned with.
            if any(self.jobs.mark in reference for reference in references):
                raise Refused('must not have $(Cluster) in the name of an attribute')
        except Refused as refused:
            raise self._refused(name, str(refused)) from None
        return False

    def _form(self, name):
        if name in FORMS:
            return FORMS[name]
        if name in NAMES or name.startswith(JOB_PREFIXES) or name in SCOPES or name in NAMED_ADS:
            raise self._refused(name, 'belongs to HTCondor and is not accepted here; leave it out')
        if len(name) > LONGEST_NAME or name[:1] not in LETTERS or not NAME.issuperset(name):
            raise self._refused(name, 'is no name for an attribute: letters, digits and _, 100 at most')
        return expression

    def _odd_sign(self, value):
        """What a line of a description cannot hold as it is, or what the schedd would evaluate within a string."""
        if not value.isprintable() and not SEPARATORS.isdisjoint(value):
            return 'must not have a character that ends or divides lines'
        if '$$([' in value:
            return 'must not have $$([ ]); use $$(Attribute)'
        return None

    def _refused(self, name, reason):
        if name in ADVICE:
            return Failure(DATAERR, ADVICE[name])
        shown = COMMANDS.get(name) or self.written[name]
        return Failure(DATAERR, f'{shown if len(shown) <= 40 else shown[:40] + "..."} {reason}')


def _too_many(characters):
    return f'more than {characters:,} characters together: make them shorter, or queue fewer jobs in one go'


ACCOUNTING = {
    'acctgroup': lambda account: ('"nice-user"',),
    'acctgroupuser': lambda account: (f'"{account}"',),
    'accountinggroup': lambda account: (f'"{account}"', f'"nice-user.{account}"'),
}
