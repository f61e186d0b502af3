"""Strings, numbers and words, as HTCondor prints them in the ads of jobs."""

WORDS = frozenset(('true', 'false', 'undefined', 'error', 'is', 'isnt'))
LETTERS = frozenset('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_')
DIGITS = frozenset('0123456789')
NAME = LETTERS | DIGITS
NUMBER = NAME | {'.'}
# No expression has them but in a string, or to quote a name.
QUOTING = frozenset("'\\")


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


def is_closed(text):
    """Whether each string in it ends in it, and no quoted name begins: it is not the beginning of something longer."""
    if is_string(text) or '"' not in text and "'" not in text and '\\' not in text:
        return True
    at = 0
    while (start := text.find('"', at)) >= 0:
        end = text.find('"', start + 1)
        while end > 0 and text[end - 1] == '\\':
            end = text.find('"', end + 1)
        if end < 0 or not QUOTING.isdisjoint(text[at:start]):
            return False
        at = end + 1
    return QUOTING.isdisjoint(text[at:])


def is_literal(text):
    """A number, a string or a word as `true`: nothing to evaluate."""
    if is_string(text) or text.lower() in WORDS:
        return True
    digits = text[1:] if text[:1] == '-' else text
    return digits[:1] in DIGITS and NUMBER.issuperset(digits.replace('E+', 'E').replace('E-', 'E'))
