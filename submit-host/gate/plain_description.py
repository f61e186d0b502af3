"""The description that is submitted: nothing but what was checked, each value as it stands, and no program any more.

condor_submit reads it as it reads any other, so each value is written in such a way that it means itself: a `$` would
begin a macro, and in a row of items a blank or a comma would end a value.
"""
from failure import DATAERR, Failure
from literal import LETTERS

# Macros of its own: a value that is a blank alone would be trimmed away, unless it is taken out of another.
MACROS = 'GATE_B_ = a b\nGATE_S_ = $SUBSTR(GATE_B_,1,1)\nGATE_H_ = a\tb\nGATE_T_ = $SUBSTR(GATE_H_,1,1)\nGATE_C_ = ,\n'
BREAKS = {',': '$(GATE_C_)', ' ': '$(GATE_S_)', '\t': '$(GATE_T_)'}  # what ends a value in a row of items


# What condor_submit sets by itself in a job that says nothing of it. Where the user's has none of it, it gets none.
DEFAULTS = (
    'Arguments Environment DiskUsage Err FileSystemDomain ImageSize In JobLeaseDuration JobPrio LeaveJobInQueue Out Rank '
    'RequestCpus RequestDisk RequestMemory ShouldTransferFiles StreamErr StreamOut TransferErr TransferIn TransferInputSizeMB '
    'TransferOut WhenToTransferOutput'
).split()


def write(jobs, executable, transferred, own):
    """The text, in bytes. `own`: lines of the service's, which come last; `executable`: a path without `$`."""
    lines = [
        'universe = vanilla',
        f'executable = {executable}',
        # condor_submit refuses `true` beside should_transfer_files = no, and takes it for granted in other vanilla jobs.
        f'transfer_executable = {"" if transferred else "false"}',
        # Neither chirp nor the starter changes a job once it was looked at.
        'MY.WantIOProxy = false',
        'MY.WantRemoteUpdates = false',
        'MY.WantDelayedUpdates = false',
    ]
    lines += [f'MY.{name} = {_plain(name, value, jobs.mark)}' for name, value in jobs.cluster.values()]
    lines += [f'MY.{name} = undefined' for name in DEFAULTS if name.lower() not in jobs.cluster]
    lines += own
    columns = {key: name for proc in jobs.procs for key, (name, _) in proc.items()}
    mixed = len(set(jobs.held)) > 1
    if jobs.held[0] and not mixed:
        lines.append('hold = true')
    if not columns and not mixed:
        lines.append(f'queue {len(jobs.procs)}')
        return '\n'.join([*lines, '']).encode('latin-1')
    shared = {key: jobs.cluster[key][1] if key in jobs.cluster else 'undefined' for key in columns}
    names = [f'MY.{name}' for name in columns.values()] + (['hold'] if mixed else [])
    lines.append(f'{MACROS}queue {",".join(names)} from (')
    cells = {}  # most values come again and again
    for proc, held in zip(jobs.procs, jobs.held):
        row = []
        for key in columns:
            value = proc[key][1] if key in proc else shared[key]
            if value not in cells:
                cells[value] = _cell(_plain(columns[key], value, jobs.mark, (jobs.mark, *BREAKS)))
            row.append(cells[value])
        if mixed:
            row.append('true' if held else 'false')
        lines.append(' '.join(row))
    return '\n'.join([*lines, ')', '']).encode('latin-1')


def require(jobs, requirement):
    """Has `requirement`, an expression of the service's, hold for each job beside its own; it stands first."""
    shared = jobs.cluster.get('requirements', ('Requirements', 'true'))
    jobs.cluster['requirements'] = shared
    for attributes in [jobs.cluster, *jobs.procs]:
        if 'requirements' in attributes:
            name, value = attributes['requirements']
            attributes['requirements'] = name, f'({requirement}) && ({value})'


def _cell(value):
    for sign, macro in BREAKS.items():
        value = value.replace(sign, macro)
    return value


def _plain(name, value, mark, macros=None):
    """`value` with each `$` written so that it stays one; `$$(` is left for HTCondor, which fills it in at the match.

    The cluster's number gets in where `mark` stands for it. `macros`: texts that become a macro, `mark` among them.
    """
    if '$' not in value:
        return value.replace(mark, '$(Cluster)')
    macros = macros or (mark,)
    parts = value.split('$')
    out = [parts[0]]
    at = 1
    while at < len(parts):
        count = 1
        while parts[at] == '' and at + 1 < len(parts):
            count += 1
            at += 1
        follows = parts[at]
        if count == 1:
            if follows[:8].upper() == '(DOLLAR)':
                raise _unspeakable(name)
            out.append('$(DOLLAR)')
        elif count == 2 and follows[:1] == '(' and follows[:8].upper() != '(DOLLAR)':
            out.append('$$')
        elif follows[:1] not in LETTERS and follows[:1] != '(' and not (count % 2 and follows.startswith(macros)):
            # HTCondor takes them in pairs: the last of $$$ would be the first of a $$( with the macro that follows.
            out.append('$' * count)
        elif count == 2 and not _calls(follows):
            out.append('$$')
        else:
            raise _unspeakable(name)
        out.append(follows)
        at += 1
    return ''.join(out).replace(mark, '$(Cluster)')


def _calls(text):
    """Whether a `$` before it makes it a macro, as $ENV(HOME)."""
    end = 0
    while end < len(text) and (text[end] in LETTERS or text[end].isdigit()):
        end += 1
    return text[end : end + 1] == '('


def _unspeakable(name):
    return Failure(DATAERR, f'{name} has $ signs in a row that HTCondor cannot take as they are')
