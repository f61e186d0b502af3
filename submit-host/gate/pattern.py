"""What it takes to match a pattern (PCRE) in an expression, by its repeats and by the text that it is matched to."""

LONGEST_PATTERN = 200
MOST_REPEATS = 2  # of * + ? { in a pattern, and of | where it has brackets: each is another way to try
COMPILING_WORK = 50
STEPS_A_UNIT = 20  # of a match


class Match:
    """What a pattern of so many `repeats` and alternatives (`ways`) is matched to: characters, and attributes of the job."""

    def __init__(self, depth, repeats, ways):
        self.depth = depth  # of brackets, where the function stands
        self.repeats = repeats
        self.ways = ways
        self.characters = 0
        self.references = {}

    def work(self, size_of):
        """`size_of`: the characters that an attribute may have. Each repeat is a loop in the loop over the text."""
        size = self.characters + sum(count * size_of(name) for name, count in self.references.items())
        steps = (size, size * size // 2, size * size * size // 6)[self.repeats] * self.ways
        return COMPILING_WORK + steps // STEPS_A_UNIT


def read_pattern(pattern, depth):
    """Its Match; None where PCRE may take more than a loop in a loop over the text."""
    plain = pattern.replace('\\\\', '')
    repeats = sum(plain.count(c) for c in '*+?{') + (plain.count('|') if '(' in plain else 0)
    nested = any(')' + c in plain for c in '*+?{')
    back = any('\\' + c in plain for c in '123456789gk') or '(?' in plain
    if len(pattern) > LONGEST_PATTERN or repeats > MOST_REPEATS or nested or back:
        return None
    return Match(depth, repeats, 1 + plain.count('|'))
