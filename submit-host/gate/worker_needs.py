"""What jobs need of a worker beside cores, memory and disk: that no worker of the pool has it is said at once."""
from attribute_form import content
from failure import DATAERR, Failure
from schedd import workers_without

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


def warnings(jobs):
    """A sentence for each of the jobs' needs that no worker of the pool fulfils. Failure 65 for what none ever will."""
    values = {}  # by attribute, the jobs' different values
    for attributes in (jobs.cluster, *jobs.procs):
        for name in (*NEEDS, 'transferinput'):
            if name in attributes:
                values.setdefault(name, set()).add(attributes[name][1])
    found = []
    for name, (worker, words) in NEEDS.items():
        if 'true' in values.get(name, ()) and (slots := workers_without(f'{worker} is true')):
            found.append(f'none of the {slots} slots of the pool runs {words} at the moment: the job waits until one does')
            break  # of the images that they run there is no more to say
    schemes = {scheme for value in values.get('transferinput', ()) for scheme in _schemes(content(value))}
    if 'vos' in schemes:
        raise Failure(DATAERR, 'transfer_input_files takes no vos: file; let the program fetch it itself (vcp), or use exec=<name>,vos:... where it is the program')
    for scheme in sorted(schemes)[:MOST_SCHEMES]:
        if slots := workers_without(f'stringListIMember("{scheme}", HasFileTransferPluginMethods)'):
            found.append(f'none of the {slots} slots of the pool fetches {scheme}: files at the moment: the job waits until one does')
    return found


def _schemes(files):
    """`https` of `https://host/path`, of each that has one."""
    for file in files.split(','):
        scheme, sign, _ = file.strip().partition('://')
        if sign and 0 < len(scheme) <= 20 and LETTERS.issuperset(scheme.lower()):
            yield scheme.lower()
