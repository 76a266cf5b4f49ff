"""Words that are one slip of the finger from another: at a Damerau-Levenshtein distance of one.

By hand: libraries that correct spelling bring dictionaries of their own, and here the catalogue is the dictionary.
"""

SHORTEST, LONGEST = 4, 30  # of three letters nearly every word is near; the longest need hundreds of others
# The first and the last letter: Latin, Greek, Cyrillic, Armenian, Hebrew, Arabic, Georgian.
_ALPHABETS = [range(ord(first), ord(last) + 1) for first, last in ("az", "αω", "аџ", "աֆ", "את", "ءي", "აჰ")]


def one_edit_away(word: str) -> set[str]:
    """`word` with one letter left out, put in, exchanged, or two neighbours swapped: about 55 for each letter it has.

    It has to be as words are in the index, and what comes is so, too; in other scripts it may be twice as many. An
    empty set for words that are very short or very long.
    """
    if not SHORTEST <= len(word) <= LONGEST:
        return set()
    letters = _letters(word)
    parted = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    left_out = {head + tail[1:] for head, tail in parted if tail}
    swapped = {head + tail[1] + tail[0] + tail[2:] for head, tail in parted if len(tail) > 1}
    exchanged = {head + letter + tail[1:] for head, tail in parted if tail for letter in letters}
    put_in = {head + letter + tail for head, tail in parted for letter in letters}
    return (left_out | swapped | exchanged | put_in) - {word}


def _letters(word: str) -> list[str]:
    """Those that could stand beside those of the word: of the one alphabet that most of them are of.

    In a word of several the others are the slip, a Latin a among Cyrillic letters; each more would be as many slips.
    """
    shares = {alphabet: sum(ord(letter) in alphabet for letter in word) for alphabet in _ALPHABETS}
    alphabet = max(shares, key=lambda each: shares[each])
    return [chr(code) for code in alphabet] if shares[alphabet] else []
