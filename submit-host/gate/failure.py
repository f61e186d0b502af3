"""What can go wrong, as the exit statuses of sysexits.h that the service understands."""

USAGE = 64  # the request is not understood
DATAERR = 65  # HTCondor does not accept the submit description
NOINPUT = 66  # there is no such job, or no such file of it
NOUSER = 67  # no such account
UNAVAILABLE = 69  # the schedd cannot be reached
SOFTWARE = 70  # anything else
CANTCREAT = 73  # the account has as many jobs as this site allows
TEMPFAIL = 75  # timed out, or a fault that passes
NOPERM = 77  # the account may not submit here
CONFIG = 78  # this host is not as `install` leaves it

NO_PROGRAM = 'a program of HTCondor is missing'


class Failure(Exception):
    """Ends a request: `message` is one line for the user, `detail` is for the host's own log."""

    def __init__(self, status, message, detail=''):
        super().__init__(message)
        self.status = status
        self.message = message
        self.detail = detail
