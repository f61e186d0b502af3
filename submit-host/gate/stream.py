"""Writing to our own stdout and stderr."""
import posix


def write(data, fd=1):
    """All of `data` (bytes)."""
    view = memoryview(data)
    while view:
        view = view[posix.write(fd, view) :]


def complain(message):
    """A line on stderr, for whoever still reads it: the connection may be gone, and what ended the request counts."""
    try:
        posix.write(2, message.encode('utf-8', 'replace') + b'\n')
    except OSError:
        pass
