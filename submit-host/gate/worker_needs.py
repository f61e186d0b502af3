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
PATIENCE = 3  # seconds for all of it: without an answer nothing is said, and the submission goes on


def warnings(jobs):
    """A sentence for each of the jobs' needs that no worker of the pool fulfils. Failure 65 for what none ever will."""
    values = {}  # by attribute, the jobs' different values
    for attributes in (jobs.cluster, *jobs.procs):
        for name in (*NEEDS, 'transferinput'):
            if name in attributes:
                values.setdefault(name, set()).add(attributes[name][1])
    schemes = {scheme for value in values.get('transferinput', ()) for scheme in _schemes(content(value))}
    if 'vos' in schemes:
        raise Failure(DATAERR, 'transfer_input_files takes no vos: file; let the program fetch it itself (vcp), or use exec=<name>,vos:... where it is the program')
    found = []
    until = time.monotonic() + PATIENCE
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


def _slots_without(condition, until):
    """How many slots there are, where none fulfils the condition; 0 where one does, None where nobody says so in time."""
    limit = int(until - time.monotonic())
    if limit < 1:
        return None
    fit = reading([CONDOR_STATUS, '-constraint', condition, '-limit', '1', '-af', 'Name'], limit)
    every = reading([CONDOR_STATUS, '-constraint', 'SlotType =!= "Dynamic"', '-af', 'Name'], limit)
    fit, every = fit.wait(), every.wait()
    if fit.status != 0 or every.status != 0:
        return None
    return 0 if fit.out.strip() else every.out.count(b'\n')


def _schemes(files):
    """`https` of `https://host/path`, of each that has one."""
    for file in files.split(','):
        scheme, sign, _ = file.strip().partition('://')
        if sign and 0 < len(scheme) <= 20 and LETTERS.issuperset(scheme.lower()):
            yield scheme.lower()
