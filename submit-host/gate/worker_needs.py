"""What jobs need of a worker beside cores, memory and disk: that no worker of the pool has it is said at once."""
import time

from attribute_form import content
from command import reading
from failure import DATAERR, Failure

CONDOR_STATUS = '/usr/bin/condor_status'
# By the job's attribute: that of the worker, and what it is called.
NEEDS = {
    'wantdocker': ('HasDocker', 'Docker'),
    'wantcontainer': ('HasContainer', 'containers'),
    'wantsif': ('HasSIF', 'Singularity images (.sif)'),
    'wantdockerimage': ('HasDockerURL', 'images of Docker registries'),
    'wantsandboximage': ('HasSandboxImage', 'images that are a directory'),
}
LETTERS = frozenset('abcdefghijklmnopqrstuvwxyz')
MOST_SCHEMES = 10
NOT_COPIED = (
    'transfer_input_files: a worker that shares the file system of the submit host copies and fetches nothing; '
    'write should_transfer_files = yes'
)
PATIENCE = 3  # seconds for all of it: without an answer nothing is said, and the submission goes on


def warnings(jobs):
    """A sentence for each of the jobs' needs that no worker of the pool fulfils. Failure 65 for what none ever will."""
    values = {}  # by attribute, the jobs' different values
    for attributes in (jobs.cluster, *jobs.procs):
        for name in (*NEEDS, 'transferinput', 'shouldtransferfiles', 'filesystemdomain'):
            if name in attributes:
                values.setdefault(name, set()).add(attributes[name][1])
    schemes = {scheme for value in values.get('transferinput', ()) for scheme in _schemes(content(value))}
    if 'vos' in schemes:
        raise Failure(DATAERR, 'transfer_input_files takes no vos: file; let the program fetch it itself (vcp), or use exec=<name>,vos:... where it is the program')
    found = []
    until = time.monotonic() + PATIENCE
    if _left_where_they_are(values) and not _domains(values).isdisjoint(_domains_of_workers(until)):
        found.append(NOT_COPIED)
    for worker, words in _wanted(values, schemes):
        slots = _slots_without(worker, until)
        if slots is None:
            break
        if slots:
            found.append(f'none of the {slots} slots of the pool {words} at the moment')
    return found


def _wanted(values, schemes):
    """The condition on a worker, and what one that fulfils it does, for each need."""
    for name, (worker, words) in NEEDS.items():
        if 'true' in values.get(name, ()):
            yield f'{worker} is true', f'runs {words}'
    for scheme in sorted(schemes)[:MOST_SCHEMES]:
        yield f'stringListIMember("{scheme}", HasFileTransferPluginMethods)', f'fetches {scheme}: files'


def _left_where_they_are(values):
    """Whether files from elsewhere than the job's directory stay where they are, if a worker sees the same file system."""
    transferred = {content(value).upper() for value in values.get('shouldtransferfiles', ())}
    return 'IF_NEEDED' in transferred and any('/' in content(value) for value in values.get('transferinput', ()))


def _domains(values):
    return {content(value).lower() for value in values.get('filesystemdomain', ())}


def _domains_of_workers(until):
    """The names that the pool's workers have for the file system they see; none where nobody says so in time."""
    return {domain.lower() for domain in _workers(until, '-af', 'FileSystemDomain') or ()}


def _slots_without(condition, until):
    """How many slots there are, where none fulfils the condition; 0 where one does, None where nobody says so in time."""
    fit = _workers(until, '-constraint', condition, '-limit', '1', '-af', 'Name')
    every = _workers(until, '-constraint', 'SlotType =!= "Dynamic"', '-af', 'Name')
    if fit is None or every is None:
        return None
    return 0 if fit else len(every)


def _workers(until, *arguments):
    """The different lines that condor_status prints; None where it does not answer in time."""
    limit = int(until - time.monotonic())
    if limit < 1:
        return None
    result = reading([CONDOR_STATUS, *arguments], limit).wait()
    return set(result.out.decode('latin-1').split('\n')) - {''} if result.status == 0 else None


def _schemes(files):
    """`https` of `https://host/path`, of each that has one."""
    for file in files.split(','):
        scheme, sign, _ = file.strip().partition('://')
        if sign and 0 < len(scheme) <= 20 and LETTERS.issuperset(scheme.lower()):
            yield scheme.lower()
