"""The directories that jobs name for what comes back: their user has no shell to make them, and the job's own is new."""
from attribute_form import content
from failure import DATAERR, Failure

FILES = {'out': 'output', 'err': 'error', 'userlog': 'log', 'jobstarterlog': 'job_starter_log'}
LISTS = ('iwd', *FILES, 'transferoutputremaps')
DEEPEST = 30
LONGEST_NAME = 255  # bytes, as Linux has it
MOST = 20_000


def needed(jobs, own_directories, names):
    """Their paths below the job's own directory, whose spellings are `own_directories`; `names` lie there already. All in Latin-1.

    `jobs` were checked: nothing in them leads out of there, or it is none of ours to make. Failure 65 for what cannot be made.
    """
    found, files, seen = set(), set(names), set()
    for proc in jobs.procs:
        values = tuple(_value(proc, jobs.cluster, name) for name in LISTS)
        if values in seen:
            continue
        seen.add(values)
        iwd, *paths, remaps = values
        base = _below(iwd, own_directories) or []
        if jobs.mark in iwd:
            raise Failure(DATAERR, 'initialdir must not have $(Cluster) in it: its number is known only later')
        if base:
            found.add('/'.join(base))
        for command, path in [*zip(FILES.values(), paths), *(('transfer_output_remaps', path) for path in _targets(remaps))]:
            if path[-1:] == '/' and command != 'transfer_output_remaps':
                raise Failure(DATAERR, f"{command} must name a file, and {_shown(path)} is a directory's name")
            parts = _path(path, base, own_directories)
            if parts is None:
                continue
            files.add('/'.join(parts))
            if parts[:-1]:
                if any(jobs.mark in part for part in parts[:-1]):
                    raise Failure(DATAERR, f'{command} must not have $(Cluster) in the name of a directory: its number is known only later')
                found.add('/'.join(parts[:-1]))
    return _checked(found, files)


def _checked(found, files):
    every = set()
    for path in found:
        parts = path.split('/')
        if len(parts) > DEEPEST or max(map(len, parts)) > LONGEST_NAME:
            raise Failure(DATAERR, f'a directory that the description names has a longer name than is possible ({LONGEST_NAME} bytes), or lies more than {DEEPEST} levels deep')
        every.update('/'.join(parts[:end]) for end in range(1, len(parts) + 1))
    if any(len(part) > LONGEST_NAME for path in files for part in path.split('/')):
        raise Failure(DATAERR, f'a file that the description names has a longer name than is possible ({LONGEST_NAME} bytes)')
    both = min(every & files, default=None)
    if both is not None:
        raise Failure(DATAERR, f'the description names {_shown(both)} as a file and as a directory')
    if len(every) > MOST:
        raise Failure(DATAERR, f'the description names more than {MOST:,} directories: submit in parts')
    return sorted(found)


def _value(proc, shared, name):
    value = proc.get(name) or shared.get(name)
    return content(value[1]) if value and value[1][:1] == '"' else ''


def _targets(remaps):
    return [pair.partition('=')[2].strip() for pair in remaps.split(';') if '=' in pair]


def _path(path, base, own_directories):
    """The names that lead to a file; None where it is not below the job's own directory, or there is none."""
    if path in ('', '/dev/null'):
        return None
    if path[0] == '/':
        return _below(path, own_directories)
    return base + _parts(path) or None


def _below(path, own_directories):
    for own in own_directories:
        if path.startswith(own + '/'):
            return _parts(path[len(own) :])
    return None


def _parts(path):
    return [part for part in path.split('/') if part not in ('', '.')]


def _shown(path):
    return "'" + path.encode('latin-1').decode('utf-8', 'replace')[:100] + "'"
