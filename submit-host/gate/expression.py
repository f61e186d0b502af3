"""What evaluating a ClassAd expression can cost, from its text as condor_submit prints it.

The schedd evaluates the expressions of a job again and again, in its one thread, and an attribute is evaluated anew at
each reference. So the work of an expression is bounded before it gets there: its length, its depth, the functions it
calls, and by job_check what it refers to. HTCondor printed the text from its own parse tree, so that it is known to be
well formed: tokens are enough, and one pass over them is linear.
"""

LONGEST = 10_000  # characters of an expression
MOST_TOKENS = 2_000
DEEPEST = 50  # brackets in one another
CHARACTERS_A_UNIT = 16  # of strings that an expression copies or compares

# Functions whose time and result are bounded by the size of what they are given.
FUNCTIONS = frozenset(
    'abs acos allcompare anycompare asin atan avg bool ceiling cos exp floor identicalmember ifthenelse int isabstime '
    'isboolean isclassad iserror isinteger islist isnumber isreal isreltime isstring isundefined length ln log log10 log2 max '
    'member min pow quantize random real round sin size split splitslotname splitusername sqrt strcat strcmp stricmp string '
    'stringlistavg stringlistimember stringlistmax stringlistmember stringlistmin stringlistsize stringlistsubsetmatch '
    'stringlistisubsetmatch stringlistsum substr sum tan time tolower toupper trunc versioncmp versioneq versionge '
    'versiongt versionin_range versionle versionlt'.split()
)
# What HTCondor itself writes for request_gpus and require_gpus: one evaluation for each device of a machine.
GPUS = 'countMatches(MY.RequireGPUs,TARGET.AvailableGPUs)'
GPUS_WORK = 100
# Their first argument is a pattern: it has to stand there as it is, and be one that is matched in linear or square time.
PATTERN_FUNCTIONS = frozenset(('regexp', 'regexpmember', 'regexps', 'stringlistregexpmember'))
LONGEST_PATTERN = 200
MOST_REPEATS = 2  # of * + ? { in a pattern, and of | where it has brackets: each is another way to try
PATTERN_WORK = (50, 100, 2_000)  # what a match may cost, by the number of repeats
EXTERNAL_WORK = 5  # of an attribute that the machine or HTCondor itself sets

WORDS = frozenset(('true', 'false', 'undefined', 'error', 'is', 'isnt'))
SCOPES = frozenset(('my', 'target'))
LETTERS = frozenset('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_')
DIGITS = frozenset('0123456789')
NAME = LETTERS | DIGITS
NUMBER = NAME | {'.'}
OPERATORS = frozenset('+-*/%<>=!&|^~?:,;.')
COMPARES = frozenset('=<>!?')
OPENING = {'(': ')', '{': '}', '[': ']'}


class Refused(Exception):
    """The reason, in words that follow the attribute's name."""


def string_end(text, start):
    """The place of the quote that ends the string which begins at `start`; -1 where none does.

    As HTCondor reads a job's attributes: a backslash and a quote are a quote, but at the end of the whole text.
    """
    end = text.find('"', start + 1)
    while end > 0 and text[end - 1] == '\\' and end < len(text) - 1:
        end = text.find('"', end + 1)
    return end


def is_string(text):
    return text[:1] == '"' and len(text) > 1 and string_end(text, 0) == len(text) - 1


def is_literal(text):
    """A number, a string or a word as `true`: nothing to evaluate."""
    if is_string(text) or text.lower() in WORDS:
        return True
    digits = text[1:] if text[:1] == '-' else text
    return digits[:1] in DIGITS and NUMBER.issuperset(digits.replace('E+', 'E').replace('E-', 'E'))


def analyze(text):
    """(work, {attribute in lower case: how often it is referred to}); Refused for what must not reach the schedd.

    The work is counted in nodes of the expression, each some tenth of a microsecond of the schedd's.
    """
    if is_string(text):
        return 1 + len(text) // CHARACTERS_A_UNIT, {}
    if is_literal(text):
        return 1, {}
    if len(text) > LONGEST:
        raise Refused(f'the expression is longer than {LONGEST:,} characters')
    return _Reader(text).read()


class _Reader:
    def __init__(self, text):
        self.text = text
        self.work = 0
        self.references = {}
        self.scope = ''  # MY or TARGET, where a dot follows
        self.closing = []  # the brackets that are open, innermost last
        self.fixed = 0  # how many of them, from the innermost out, are ads written out: nothing in them is evaluated

    def read(self):
        text, at, before = self.text, 0, ''
        while at < len(text):
            c = text[at]
            if c == ' ':
                at += 1
                continue
            self.work += 1
            if self.work > MOST_TOKENS:
                raise Refused(f'the expression has more than {MOST_TOKENS:,} parts')
            start = at
            if c == '"':
                at = string_end(text, at) + 1
                if not at:
                    raise Refused('the expression has a string without an end')
                self.work += (at - start) // CHARACTERS_A_UNIT
            elif c in LETTERS:
                at = self._end(start, NAME)
                at = self._name(text[start:at], before, at)
            elif c in DIGITS:
                at = self._end(start, NUMBER)
                if text[at - 1] in 'eE' and text[at : at + 1] in ('+', '-'):
                    at = self._end(at + 1, DIGITS)
            else:
                self._sign(c, before)
                at += 1
                if c == '=' and not self.fixed and text[at : at + 1] not in COMPARES and before[-1:] not in COMPARES:
                    raise Refused('the expression has an = that compares nothing; use ==')
            before = text[start:at]
        if self.closing:
            raise Refused('the expression has a bracket without an end')
        return self.work, self.references

    def _end(self, at, allowed):
        while at < len(self.text) and self.text[at] in allowed:
            at += 1
        return at

    def _sign(self, c, before):
        if c in OPENING:
            if len(self.closing) >= DEEPEST:
                raise Refused(f'the expression has more than {DEEPEST} brackets in one another')
            # After a value a square bracket picks from it; elsewhere it begins an ad, where names are evaluated anew.
            picks = before[-1:] in (')', ']', '}') or before[-1:] in NAME and before.lower() not in WORDS
            if self.fixed or c == '[' and not picks:
                self.fixed += 1
            self.closing.append(OPENING[c])
        elif self.closing and c == self.closing[-1]:
            self.closing.pop()
            if self.fixed:
                self.fixed -= 1
        elif c not in OPERATORS:
            raise Refused(f'the expression has a sign that is not understood here: {c}' if c > ' ' else 'the expression has a control character')

    def _name(self, name, before, at):
        """A function, a word or a reference; where to read on."""
        lower = name.lower()
        scope = self.scope if before == '.' else ''
        follows = self.text[self._end(at, (' ',)) :][:1] if self.text[at : at + 1] == ' ' else self.text[at : at + 1]
        if follows == '(' and lower not in WORDS:
            if self.fixed:
                raise Refused('an ad [ ] in an expression may hold numbers and strings only')
            return self._function(name, lower, at)
        if lower in WORDS:
            return at
        if follows == '.' and lower in SCOPES and not scope:
            self.scope = lower
            return at
        if self.fixed:
            # `name = value`: the name itself is no reference.
            if follows == '=':
                return at
            raise Refused('an ad [ ] in an expression may hold numbers and strings only')
        if scope == 'target':
            self.work += EXTERNAL_WORK
            return at
        self.references[lower] = self.references.get(lower, 0) + 1
        return at

    def _function(self, name, lower, at):
        if lower in FUNCTIONS:
            return at
        if self.text.startswith(GPUS, at - len(name)):
            self.work += GPUS_WORK
            return at
        if lower not in PATTERN_FUNCTIONS:
            raise Refused(f'the function {name[:40]} is not available here')
        start = self.text.index('(', at) + 1
        end = string_end(self.text, start) if self.text[start : start + 1] == '"' else -1
        work = _work_of(self.text[start + 1 : end]) if end > 0 and self.text[end + 1 : end + 2] == ',' else None
        if work is None:
            raise Refused(
                f'{name}: the pattern must be a string of at most {LONGEST_PATTERN} characters, '
                f'with at most {MOST_REPEATS} of * + ? {{ and none behind a bracket )'
            )
        self.work += work
        return at


def _work_of(pattern):
    """What PCRE may take to match it; None where that is more than a loop in a loop over the text."""
    plain = pattern.replace('\\\\', '')
    repeats = sum(plain.count(c) for c in '*+?{') + (plain.count('|') if '(' in plain else 0)
    nested = any(')' + c in plain for c in '*+?{')
    back = any('\\' + c in plain for c in '123456789gk') or '(?' in plain
    if len(pattern) > LONGEST_PATTERN or repeats > MOST_REPEATS or nested or back:
        return None
    return PATTERN_WORK[repeats]
