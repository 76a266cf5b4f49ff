"""What people type who have a product in mind: some words of its name, cut short, or with a slip."""

import string
from collections.abc import Callable
from random import Random

SHORTEST_BEGINNING = 3
SHORTEST_MISSPELLED = 4


def some(count: int) -> Callable[[list[str], Random], list[str]]:
    """Takes `count` of the words, in their order."""
    return lambda of, random: [of[index] for index in sorted(random.sample(range(len(of)), count))]


def unfinished(of: list[str], random: Random) -> list[str]:
    """Two words, of the second the beginning only; no words where none can be cut."""
    places = [place for place, word in enumerate(of) if place and len(word) > SHORTEST_BEGINNING]
    if not places:
        return []
    last = random.choice(places)
    return [random.choice(of[:last]), of[last][: random.randrange(SHORTEST_BEGINNING, len(of[last]))]]


def misspelled(of: list[str], random: Random) -> list[str]:
    """Two words, with a slip in one; no words where all are too short to be recognised then."""
    typed = some(2)(of, random)
    places = [place for place, word in enumerate(typed) if len(word) >= SHORTEST_MISSPELLED]
    if not places:
        return []
    place = random.choice(places)
    meant = typed[place]
    while typed[place] == meant:  # two letters that are the same may have been changed round
        typed[place] = random.choice(SLIPS)(meant, random)
    return typed


def another_letter(word: str, random: Random) -> str:
    """One letter is another one."""
    place = random.randrange(len(word))
    return word[:place] + random.choice(string.ascii_lowercase.replace(word[place].lower(), "")) + word[place + 1 :]


def left_out(word: str, random: Random) -> str:
    """One letter is missing."""
    place = random.randrange(len(word))
    return word[:place] + word[place + 1 :]


def put_in(word: str, random: Random) -> str:
    """One letter too many."""
    place = random.randrange(len(word) + 1)
    return word[:place] + random.choice(string.ascii_lowercase) + word[place:]


def changed_round(word: str, random: Random) -> str:
    """Two letters in the wrong order."""
    place = random.randrange(len(word) - 1)
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


SLIPS = (another_letter, left_out, put_in, changed_round)
WAYS: dict[str, tuple[int, Callable[[list[str], Random], list[str]]]] = {
    "two words": (2, some(2)),
    "three words": (3, some(3)),
    "two words, the last one cut short": (2, unfinished),
    "two words, one with a letter wrong, missing, too many, or two changed round": (2, misspelled),
}
