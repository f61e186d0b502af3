"""What evaluating a ClassAd expression can cost, from its text as condor_submit prints it.

The schedd evaluates the expressions of a job again and again, in its one thread, and an attribute is evaluated anew at
each reference. So the work of an expression is bounded before it gets there: its length, its depth, the functions it
calls, and by job_check what it refers to. HTCondor printed the text from its own parse tree, so that it is known to be
well formed: tokens are enough, and one pass over them is linear.
"""
from literal import DIGITS, LETTERS, NAME, NUMBER, WORDS, is_literal, is_string, string_end
from pattern import LONGEST_PATTERN, MOST_REPEATS, read_pattern
from reference import machine_refusal

LONGEST = 10_000  # characters of an expression
MOST_TOKENS = 2_000
DEEPEST = 50  # brackets in one another
CHARACTERS_A_UNIT = 4  # of strings that an expression copies, compares or takes apart

# Functions whose time and result are in proportion to what they are given. (regexps and replace write longer texts, join and
# unparse quote them again each time, stringListSubsetMatch takes one list for each item of the other.)
FUNCTIONS = frozenset(
    'abs acos allcompare anycompare asin atan avg bool ceiling cos exp floor identicalmember ifthenelse int isabstime '
    'isboolean isclassad iserror isinteger islist isnumber isreal isreltime isstring isundefined length ln log log10 log2 max '
    'member min pow quantize random real round sin size split splitslotname splitusername sqrt strcat strcmp stricmp string '
    'stringlistavg stringlistimember stringlistmax stringlistmember stringlistmin stringlistsize '
    'stringlistsum substr sum tan time tolower toupper trunc version_in_range versioncmp versioneq versionge '
    'versiongt versionle versionlt'.split()
)
# They make lists of texts. A list that becomes a text again is quoted, and the quotes in it too: twice as long each time.
SPLITTING = frozenset(('split', 'splitslotname', 'splitusername'))
# What HTCondor itself writes for request_gpus and require_gpus: one evaluation for each device of a machine.
GPUS = 'countMatches(MY.RequireGPUs,TARGET.AvailableGPUs)'
GPUS_WORK = 100
# Their first argument is a pattern: it has to stand there as it is, and what a match costs is known by it (pattern.py).
PATTERN_FUNCTIONS = frozenset(('regexp', 'regexpmember', 'stringlistregexpmember'))
EXTERNAL_WORK = 5  # of an attribute that the machine or HTCondor itself sets
EXTERNAL_CHARACTERS = 80  # of such a one

SCOPES = frozenset(('my', 'target'))
# Ads, too, for HTCondor; what they name would not be seen here. An attribute of such a name would be taken for it.
NAMED_ADS = frozenset(('self', 'parent', 'root', 'toplevel'))
OTHER_SCOPES = NAMED_ADS | {'other', 'ad'}
OPERATORS = frozenset('+-*/%<>=!&|^~?:,;.')
COMPARES = frozenset('=<>!?')
OPENING = {'(': ')', '{': '}', '[': ']'}


class Refused(Exception):
    """The reason, in words that follow the attribute's name."""


def analyze(text):
    """(work, {attribute in lower case: how often it is referred to}, [Match]); Refused for what must not reach the schedd.

    The work is counted in nodes of the expression, each some tenth of a microsecond of the schedd's; matches come to it.
    """
    if is_string(text):
        return 1 + len(text) // CHARACTERS_A_UNIT, {}, []
    if is_literal(text):
        return 1, {}, []
    if len(text) > LONGEST:
        raise Refused(f'the expression is longer than {LONGEST:,} characters')
    return _Reader(text).read()


class _Reader:
    def __init__(self, text):
        self.text = text
        self.tokens = 0
        self.work = 0
        self.references = {}
        self.matches = []
        self.matching = []  # those whose bracket is open, innermost last
        self.splitting = []  # the depth of each open bracket of a function that makes a list of texts
        self.called = False  # the bracket that comes next is that of a function which may be called
        self.scope = ''  # MY or TARGET, where its name comes next
        self.closing = []  # the brackets that are open, innermost last
        self.fixed = 0  # how many of them, from the innermost out, are ads written out: nothing in them is evaluated

    def read(self):
        text, at, before = self.text, 0, ''
        while at < len(text):
            c = text[at]
            if c == ' ':
                at += 1
                continue
            self.tokens += 1
            self.work += 1
            if self.tokens > MOST_TOKENS:
                raise Refused(f'the expression has more than {MOST_TOKENS:,} parts')
            start = at
            if c == '"':
                at = string_end(text, at) + 1
                if not at:
                    raise Refused('the expression has a string without an end')
                self.work += (at - start) // CHARACTERS_A_UNIT
                self._match_to(at - start)
            elif c in LETTERS:
                at = self._end(start, NAME)
                at = self._name(text[start:at], before, at)
            elif c in DIGITS:
                at = self._end(start, NUMBER)
                if text[at - 1] in 'eE' and text[at : at + 1] in ('+', '-'):
                    at = self._end(at + 1, DIGITS)
            else:
                at += 1
                self._sign(c, before, at)
                if c == '=' and not self.fixed and text[at : at + 1] not in COMPARES and before[-1:] not in COMPARES:
                    raise Refused('the expression has an = that compares nothing; use ==')
            before = text[start:at]
        if self.closing:
            raise Refused('the expression has a bracket without an end')
        return self.work, self.references, self.matches

    def _end(self, at, allowed):
        while at < len(self.text) and self.text[at] in allowed:
            at += 1
        return at

    def _next(self, at):
        """The sign that comes next, where at most one blank is before it: so HTCondor prints expressions."""
        return self.text[at + 1 : at + 2] if self.text[at : at + 1] == ' ' else self.text[at : at + 1]

    def _match_to(self, characters):
        for match in self.matching:
            match.characters += characters

    def _sign(self, c, before, at):
        if c in OPENING:
            self._open(c, before, at)
        elif self.closing and c == self.closing[-1]:
            self._close(at)
        elif c == '.' and before.lower() not in SCOPES:
            raise Refused('the expression picks an attribute out of an ad; only MY.Name and TARGET.Name are available here')
        elif c == '/' and self.text[at : at + 1] in ('/', '*'):
            raise Refused('the expression has a comment')
        elif c not in OPERATORS:
            raise Refused(f'the expression has a sign that is not understood here: {c}' if c > ' ' else 'the expression has a control character')

    def _open(self, c, before, at):
        called, self.called = self.called, False
        if c == '(' and before[-1:] in NAME and before.lower() not in WORDS and not called:
            raise Refused('the expression calls a function in a way that HTCondor does not write')
        if len(self.closing) >= DEEPEST:
            raise Refused(f'the expression has more than {DEEPEST} brackets in one another')
        # After a value a square bracket picks from it; elsewhere it begins an ad, where names are evaluated anew.
        picks = c == '[' and (before[-1:] in (')', ']', '}') or before[-1:] in NAME and before.lower() not in WORDS)
        # By a text it would pick an attribute of an ad, which is evaluated without the limit of depth that HTCondor has.
        if picks and not self.fixed and self.text[self._end(at, DIGITS) : self._end(at, DIGITS) + 1] != ']':
            raise Refused('the expression picks from a list by something else than a number')
        if self.fixed or c == '[' and not picks:
            self.fixed += 1
        self.closing.append(OPENING[c])

    def _close(self, at):
        self.closing.pop()
        if self.fixed:
            self.fixed -= 1
        depth = len(self.closing)
        if self.matching and self.matching[-1].depth == depth:
            self.matching.pop()
        if self.splitting and self.splitting[-1] == depth:
            self.splitting.pop()
            if self._next(at) != '[':
                raise Refused('the expression has a split(...) that nothing is picked from; write split(...)[0] or another number')

    def _name(self, name, before, at):
        """A function, a word or a reference; where to read on."""
        lower = name.lower()
        scope, self.scope = (self.scope if before == '.' else ''), ''
        follows = self._next(at)
        if follows == '(' and lower not in WORDS:
            if self.fixed:
                raise Refused('an ad [ ] in an expression may hold numbers and strings only')
            self.called = True
            return self._function(name, lower, at)
        if lower in WORDS:
            return at
        if lower in SCOPES or lower in OTHER_SCOPES:
            if scope or lower in OTHER_SCOPES or self.text[at : at + 1] != '.' or self.text[at + 1 : at + 2] not in LETTERS:
                raise Refused(f'{name} is not available in an expression here; only MY.Name and TARGET.Name are')
            self.scope = lower
            return at
        if self.fixed:
            # `name = value`: the name itself is no reference.
            if follows == '=':
                return at
            raise Refused('an ad [ ] in an expression may hold numbers and strings only')
        if scope == 'target':
            if reason := machine_refusal(lower):
                raise Refused(reason)
            self.work += EXTERNAL_WORK
            self._match_to(EXTERNAL_CHARACTERS)
            return at
        for references in [self.references, *(match.references for match in self.matching)]:
            references[lower] = references.get(lower, 0) + 1
        return at

    def _function(self, name, lower, at):
        if lower in FUNCTIONS:
            if lower in SPLITTING:
                self.splitting.append(len(self.closing))
            return at
        if self.text.startswith(GPUS, at - len(name)):
            self.work += GPUS_WORK
            return at
        if lower not in PATTERN_FUNCTIONS:
            raise Refused(f'the function {name[:40]} is not available here')
        start = self.text.index('(', at) + 1
        end = string_end(self.text, start) if self.text[start : start + 1] == '"' else -1
        literal = end > 0 and self.text[end + 1 : end + 2] == ','
        match = read_pattern(self.text[start + 1 : end], len(self.closing)) if literal else None
        if match is None:
            raise Refused(
                f'{name}: the pattern must be a string of at most {LONGEST_PATTERN} characters, '
                f'with at most {MOST_REPEATS} of * + ? {{ and none behind a bracket )'
            )
        self.matches.append(match)
        self.matching.append(match)
        return at
