"""Where the submit host may write what comes back from a job: below the job's own directory.

Programs that run as the user read hidden files of the home (.local, .ssh, .condor): a result must never become one. Where
the operator lets results go anywhere in the home, hidden names stay out.
"""


class Place:
    """`directories`: the job's own, in each spelling; `homes`: the user's, where results may go there too."""

    def __init__(self, directories, homes=()):
        self.directories = directories
        self.homes = homes

    def refusal(self, path):
        """The reason why nothing may be written to `path`; None where it may. A relative one is below initialdir."""
        reason = self.own_refusal(path)
        if reason is None or '..' in path.split('/'):
            return reason
        for home in self.homes:
            if path.startswith(home + '/'):
                parts = [part for part in path[len(home) :].split('/') if part]
                # A directory may come to a path of this name, and what is in it with it.
                if not parts or parts[0] == 'proc':
                    return "must name a file in the home, and none in another job's directory"
                return 'must not have a hidden name (.name) in its path' if any(part[:1] == '.' for part in parts) else None
        return reason

    def own_refusal(self, path):
        """The same for the job's own directory alone."""
        if path == '/dev/null':
            return None
        if '://' in path:
            return "must be a file, not a URL: results come back to the job's own directory"
        if '..' in path.split('/'):
            return 'must not have .. in its path'
        if '$$' in path:
            return 'must not have $$ in its path'
        if any(c < ' ' or c == '\x7f' for c in path):
            return 'must not have a control character in its path'
        if any(path == directory or path.startswith(directory + '/') for directory in self.directories):
            return None
        if path[:1] in ('/', '~'):
            return "must be below the job's own directory: write a relative path"
        return None
