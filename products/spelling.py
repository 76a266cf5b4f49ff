"""Words that are one slip of the finger from another.

By hand: libraries that correct spelling bring dictionaries of their own, and here the catalogue is the dictionary.
"""

from string import ascii_lowercase
from unicodedata import combining, normalize

SHORTEST, LONGEST = 4, 30  # of three letters nearly every word is near; the longest need hundreds of others


def one_edit_away(word: str) -> set[str]:
    """`word` with one letter left out, put in, exchanged, or two neighbours swapped: about 55 for each letter it has.

    In lower case and without accents, as words are in the index. None for words that are very short or very long.
    """
    plain = "".join(letter for letter in normalize("NFKD", word.lower()) if not combining(letter))
    if not SHORTEST <= len(plain) <= LONGEST:
        return set()
    parted = [(plain[:place], plain[place:]) for place in range(len(plain) + 1)]
    left_out = {head + tail[1:] for head, tail in parted if tail}
    swapped = {head + tail[1] + tail[0] + tail[2:] for head, tail in parted if len(tail) > 1}
    exchanged = {head + letter + tail[1:] for head, tail in parted if tail for letter in ascii_lowercase}
    put_in = {head + letter + tail for head, tail in parted for letter in ascii_lowercase}
    return (left_out | swapped | exchanged | put_in) - {plain}
