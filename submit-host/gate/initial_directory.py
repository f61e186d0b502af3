"""The directories that a description names with initialdir. condor_submit looks for them, and they are not there yet.

A description is a program, so condor_submit itself is asked: it reads the description with another word in the place of
the command, by which it does nothing, and an attribute of each job tells what the word came to.
"""
import posix

from cluster_number import read_description
from result_directories import DEEPEST, LONGEST_NAME, MOST

COMMANDS = (b'initialdir', b'initial_dir', b'job_iwd')
WORD = b'gate_directory_'
APPEND = ['-append', 'MY.GateDirectory = "$(gate_directory_)"']
LINE = b') GateDirectory="'
TOO_MANY = f'initialdir names more than {MOST:,} directories: queue fewer jobs in one go'.encode()


def named(description, look):
    """Their paths below the working directory, as bytes. `look`: the Result of condor_submit for a text and further arguments. None: too many.

    What is refused when the jobs are checked is left out: nothing of it is made before.
    """
    text = read_description(description)
    for command in COMMANDS:
        text = _replaced(text, command)
    result = look(text, APPEND)
    own = posix.getcwdb() + b'/'
    found = set()
    for line in result.out.split(b'\n') if result.status == 0 else ():
        head, _, value = line.partition(LINE)
        if not head.startswith(b'::set(') or value[-1:] != b'"':
            continue
        path = value[:-1].replace(b'\\"', b'"')
        path = path[len(own) :] if path.startswith(own) else path
        parts = [part for part in path.split(b'/') if part not in (b'', b'.')]
        good = parts and b'..' not in parts and path[:1] != b'/' and len(parts) <= DEEPEST
        if good and max(map(len, parts)) <= LONGEST_NAME:
            found.add(b'/'.join(parts))
    every = {path[:end] for path in found for end in range(len(path) + 1) if path[end : end + 1] in (b'', b'/')}
    return sorted(found) if len(every) <= MOST else None


def _replaced(text, command):
    """Whatever the case; the words of the language are ASCII."""
    lower, out, at = text.lower(), [], 0
    while (start := lower.find(command, at)) >= 0:
        out += [text[at:start], WORD]
        at = start + len(command)
    return b''.join([*out, text[at:]])
