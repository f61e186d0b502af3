"""Byte ranges as RFC 9110, section 14.1.2, has them."""


def part(size, wanted):
    """(first, length) of what is asked of a file of `size` bytes, (None, 0) where it lies outside.

    `wanted` holds `first` and perhaps `last`, inclusive, or `suffix`, a number of bytes at the end; or none: the whole.
    """
    if 'suffix' in wanted:
        length = min(wanted['suffix'], size)
        # The last bytes of an empty file are there: none.
        return (size - length, length) if wanted['suffix'] else (None, 0)
    if 'first' not in wanted:
        return 0, size
    first = wanted['first']
    last = min(wanted.get('last', size - 1), size - 1)
    return (first, last - first + 1) if first <= last else (None, 0)
