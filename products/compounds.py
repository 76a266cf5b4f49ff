"""One word that others write as two, and two that others write as one: "smart watch", "wifi", "16 gb".

By hand: libraries that part words bring dictionaries of their own, and here the catalogue is the dictionary.
"""

from collections.abc import Sequence
from itertools import pairwise


def candidates(lexemes: Sequence[str]) -> set[str]:
    """The words of a query, those that neighbours are together, and the parts of each. Blank is no word."""
    parts = (part for lexeme in lexemes for pair in _parted(lexeme) for part in pair)
    return {*lexemes, *_with_next(lexemes), *parts} - {""}


def rewritten(words: Sequence[str], lexemes: Sequence[str], known: set[str]) -> list[str]:
    """The words with neighbours as one where that is `known`, and as two what is not, where both parts are.

    `lexemes`: the words as the index has them. Of several splits it is the one whose shorter part is longest.
    """
    found, is_taken = list[str](), False  # by the one before
    for word, lexeme, both in zip(words, lexemes, _with_next(lexemes), strict=True):
        if is_taken:
            is_taken = False
        elif both in known:
            found.append(both)
            is_taken = True
        else:
            pairs = [] if lexeme in known else [pair for pair in _parted(lexeme) if known.issuperset(pair)]
            found += max(pairs, key=lambda pair: min(map(len, pair)), default=(word,))
    return found


def _with_next(lexemes: Sequence[str]) -> list[str]:
    """Each with the one after it; blank where there is none, or where that would make one number of two."""
    return [
        "" if not (one and other) or (one[-1] + other[0]).isdigit() else one + other
        for one, other in pairwise([*lexemes, ""])
    ]


def _parted(lexeme: str) -> list[tuple[str, str]]:
    """The word as two, wherever that does not break a number."""
    places = (place for place in range(1, len(lexeme)) if not lexeme[place - 1 : place + 1].isdigit())
    return [(lexeme[:place], lexeme[place:]) for place in places]
