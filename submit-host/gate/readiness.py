"""What a submission needs beside the schedd: asked by the health check, so that it does not take a user to find out."""
import posix

from command import SUDO, Command
from failure import CONFIG, Failure
from message import query_failure
from output import READER
from sandbox import SUBMITTER


def check_sudo():
    """Failure where the service account may do nothing as others, or the programs for that are not there."""
    # With -n and -l sudo reads all its rules, wants no password, and runs nothing.
    result = Command([SUDO, '-n', '-l'], 5).wait()
    if result.status != 0:
        raise query_failure(result)
    for program in (SUBMITTER, READER):
        if not posix.access(program, posix.X_OK):
            raise Failure(CONFIG, 'the submit host is not set up', 'missing: ' + program)
