"""What the schedd would spend on the expressions of a submission's jobs, reckoned before they get there.

An attribute is evaluated anew at each reference, so that forty that each name the one before twice take for ever. The
cost of an expression is therefore its own and that of each reference in it, as often as it stands there.
"""
from expression import CHARACTERS_A_UNIT, EXTERNAL_CHARACTERS, EXTERNAL_WORK, Refused, analyze
from literal import is_literal
from pattern import COMPILING_WORK
from reference import refusal

MOST_WORK = 5_000  # nodes that one evaluation of one attribute may visit, with all that it refers to
# Characters of all expressions that are not the same: it takes a second to read a million of them.
MOST_READ = 4_000_000
MATCH_READ = 100  # characters that a pattern counts for
# The same of all attributes of all jobs: some two seconds of the schedd, in its one thread, when it looks at each.
MOST_WORK_OF_ALL = 20_000_000
# HTCondor makes a hold reason of what these come to, and everybody's list shows it.
REASONS = ('periodicholdreason', 'onexitholdreason')
LONGEST_REASON = 10_000
MOST_REASONS = 50_000_000  # characters of all jobs
TOO_LONG = 'takes too long to evaluate: let it refer to less'


class EvaluationCost:
    def __init__(self):
        # By attribute: the most work that any job has there, and the most of each reference.
        self.own = {}
        self.references = {}
        self.matches = {}  # of each value
        self.evaluated = set()
        self.read = 0

    def add(self, name, value):
        """Takes in a job's attribute, by its lower-case name, and returns the names that it refers to. Raises Refused for what must not reach the schedd."""
        work, references, matches = analyze(value)
        if not is_literal(value):
            self.read += len(value) + MATCH_READ * len(matches)
            if work + COMPILING_WORK * len(matches) > MOST_WORK:
                raise Refused(TOO_LONG)
        if self.read > MOST_READ:
            raise Refused(f'comes to more than {MOST_READ:,} characters of expressions in all jobs: let them have it in common')
        self.own[name] = max(work, self.own.get(name, 0))
        if not is_literal(value):
            self.evaluated.add(name)
        if references:
            refers = self.references.setdefault(name, {})
            for reference, count in references.items():
                refers[reference] = max(count, refers.get(reference, 0))
        if matches:
            self.matches.setdefault(name, []).append(matches)
        return references

    def check(self, procs):
        """Raises Refused, with the attribute's name in `name`, where one of them or all of them cost too much."""
        totals = {}
        for name in self.evaluated:
            for reference in self.references.get(name, ()):
                if reference not in self.own and (reason := refusal(reference)):
                    raise _Costly(name, reason)
        for name in self.evaluated:
            if self._total(name, totals) > MOST_WORK:
                raise _Costly(name, TOO_LONG)
        # No text is longer than the work that it is made with.
        for name in self.evaluated.intersection(REASONS):
            length = totals[name] * CHARACTERS_A_UNIT
            if length > LONGEST_REASON or length * procs > MOST_REASONS:
                raise _Costly(name, 'may become too long a text: make it shorter, or queue fewer jobs in one go')
        if sum(totals[name] for name in self.evaluated) * procs > MOST_WORK_OF_ALL:
            heaviest = max(self.evaluated, key=totals.get)
            raise _Costly(heaviest, f'takes too long to evaluate in {procs:,} jobs: make it shorter, or queue fewer in one go')

    def _total(self, name, totals):
        """Its work and that of all below it, each once for every way that leads there. Without recursion: names may be many."""
        path, open_names = [name], {name}
        while path:
            current = path[-1]
            below = self.references.get(current, {})
            missing = [reference for reference in below if reference in self.own and reference not in totals]
            if not missing:
                totals[current] = self.own[current] + sum(
                    count * totals.get(reference, EXTERNAL_WORK) for reference, count in below.items()
                )
                totals[current] += self._matching(current, totals)
                open_names.discard(path.pop())
            elif missing[0] in open_names:
                raise _Costly(missing[0], 'refers to itself')
            else:
                path.append(missing[0])
                open_names.add(missing[0])
        return totals[name]


    def _matching(self, name, totals):
        """The most that the patterns of any of its values take. No text is longer than the work that it is made with."""

        def size_of(reference):
            return totals[reference] * CHARACTERS_A_UNIT if reference in totals else EXTERNAL_CHARACTERS

        return max((sum(match.work(size_of) for match in value) for value in self.matches.get(name, ())), default=0)


class _Costly(Refused):
    def __init__(self, name, reason):
        super().__init__(reason)
        self.name = name
