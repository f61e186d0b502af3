"""Warnings of what jobs need of a worker and will not get: software beside cores, memory and disk, or their input files."""
from attribute_form import content
from command import read_all
from failure import DATAERR, Failure
from file_transfer import IF_NEEDED
from literal import is_string

CONDOR_STATUS = '/usr/bin/condor_status'
PATIENCE = 3  # seconds: without an answer nothing is said, and the submission goes on
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
# The file of a container's image is one of them.
NOT_TRANSFERRED = (
    "input files: a worker that shares the submit host's file system neither copies nor downloads them into the job's directory; "
    'write should_transfer_files = yes'
)


def warnings(jobs):
    """A list of sentences: for each need that no worker fulfils now, and for input files that would not be transferred.

    Asks the collector, once and for 3 s at most. Raises Failure 65 for input files that no worker ever fetches (vos:).
    """
    schemes, elsewhere = set(), set()
    # Many jobs share a list of files, which is read once; and a list may be long, so that no two are kept.
    for value in _different(jobs, 'transferinput'):
        files = _text(value).split(',')
        schemes.update(_schemes(files))
        if any(map(_is_elsewhere, files)):
            elsewhere.add(value)
    if 'vos' in schemes:
        raise Failure(DATAERR, 'transfer_input_files takes no vos: file; let the program fetch it itself (vcp), or use exec=<name>,vos:... where it is the program')
    domains = _domains_of_untransferred(jobs, elsewhere)
    needs = [*_software(jobs), *_plugins(schemes)]
    slots = _slots([condition for condition, _ in needs]) if needs or domains else None
    if slots is None:
        return []
    found = [] if domains.isdisjoint(domain for _, domain, _ in slots) else [NOT_TRANSFERRED]
    number = sum(counted for counted, _, _ in slots)
    for i, (_, words) in enumerate(needs):
        if number and not any(fulfilled[i] for _, _, fulfilled in slots):
            found.append(f'none of the {number} slots of the pool {words} at the moment')
    return found


def _software(jobs):
    """The condition on a worker, and what one that fulfils it does, for each need."""
    for name, (worker, words) in NEEDS.items():
        if 'true' in _different(jobs, name):
            yield f'({worker} =?= true)', f'runs {words}'


def _plugins(schemes):
    for scheme in sorted(schemes)[:MOST_SCHEMES]:
        yield f'(stringListIMember("{scheme}", HasFileTransferPluginMethods) =?= true)', f'fetches {scheme}: files'


def _domains_of_untransferred(jobs, elsewhere):
    """The file systems, in lower case, whose workers would leave input files of these jobs where they are.

    `elsewhere`: the values of TransferInput that name such files.
    """
    values = {
        (_value(jobs, job, 'filesystemdomain'), _value(jobs, job, 'shouldtransferfiles'))
        for job in jobs.procs
        if _value(jobs, job, 'transferinput') in elsewhere
    }
    return {_text(domain).lower() for domain, transfer in values if _text(transfer).upper() in IF_NEEDED}


def _is_elsewhere(file):
    """Whether a file would have to be copied to be in the directory where the job runs."""
    parts = [part for part in file.strip().split('/') if part != '.']
    return len(parts) > 1 or '..' in parts


def _different(jobs, name):
    return {_value(jobs, job, name) for job in jobs.procs}


def _value(jobs, job, name):
    """As it is written; '' where the job has no such attribute."""
    return job.get(name, jobs.cluster.get(name, ('', '')))[1]


def _text(value):
    """The text that the value is; '' for any other, or none."""
    return content(value) if is_string(value) else ''


def _slots(conditions):
    """(how many slots a line is, the name of their file system in lower case, whether each condition holds) of the pool's slots.

    Dynamic slots are parts of others: they count as none. None where the collector does not answer in time.
    """
    columns = ['SlotType =!= "Dynamic"', *conditions, 'FileSystemDomain']
    result = read_all([CONDOR_STATUS, '-af', *columns], PATIENCE)
    if result.status != 0:
        return None
    slots = []
    for line in result.out.decode('latin-1').split('\n'):
        words = line.split(' ', len(conditions) + 1)
        if len(words) == len(columns):
            slots.append((int(words[0] == 'true'), words[-1].lower(), [word == 'true' for word in words[1:-1]]))
    return slots


def _schemes(files):
    """`https` of `https://host/path`, of each that has one."""
    for file in files:
        scheme, sign, _ = file.strip().partition('://')
        if sign and 0 < len(scheme) <= 20 and LETTERS.issuperset(scheme.lower()):
            yield scheme.lower()
