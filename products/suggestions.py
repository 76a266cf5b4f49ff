"""What was meant by words that find nothing: words that are spelled like them, or that they are as one or as two."""

import re
from collections.abc import Collection
from operator import itemgetter
from typing import NamedTuple

from ecommerce_backend.statements import Rows, fetch
from products.compounds import candidates, rewritten
from products.spelling import one_edit_away
from products.words import OTHER_NUMBER, STEMS, by_word, database, in_sequence

MOST_NEAR = 5
CORRECTABLE = "^[^0-9]{3,}$"  # part numbers and syllables are not spelled nearly like anything
# Of what stands in no name any more all that was counted is at zero.
_IN_NAMES = f"""
    coalesce((SELECT sum(products) FROM products_stemtally
              WHERE stem = ANY(tsvector_to_array(to_tsvector('{STEMS}', known.word)) || known.word)), 1) > 0
"""  # noqa: S608 - a constant
# First what is one slip away, then what is alike by pg_trgm.similarity_threshold, 0.3. A word may be there more than
# once. The first branch leaves out CORRECTABLE: with it, a plan for any words might look for each slip in the index of
# trigrams.
_NEAR = f"""
    SELECT asked.word, known.word, known.word <-> asked.word AS distance, true
    FROM products_productword AS known, unnest(%s::text[]) AS asked (word)
    WHERE known.word = ANY(%s::text[]) AND {_IN_NAMES}
    UNION
    SELECT asked.word, alike.*, false FROM unnest(%s::text[]) AS asked (word) CROSS JOIN LATERAL (
        SELECT word, word <-> asked.word AS distance FROM products_productword AS known
        WHERE word %% asked.word AND word ~ '{CORRECTABLE}' AND {_IN_NAMES}
        ORDER BY distance, word LIMIT {2 * MOST_NEAR}
    ) AS alike
"""  # noqa: S608 - constants
# Of these, those that are words, or inflections of some. With EXISTS the planner would read all words for a hash.
_STANDING = f"""
    SELECT asked.word FROM unnest(%s::text[]) AS asked (word) WHERE (
        SELECT true FROM products_productword AS known
        WHERE known.word = ANY(tsvector_to_array(to_tsvector('{STEMS}', asked.word)) || asked.word) AND {_IN_NAMES}
        LIMIT 1
    )
"""  # noqa: S608 - constants


class Near(NamedTuple):
    """Words that are spelled like another one, the most like it first, and whether they differ in one slip only."""

    words: list[str]
    are_slips: bool = False


def near(text: str) -> dict[str, Near]:
    """For each word of a query those of the catalogue that are spelled most like it.

    These are the words that differ in one slip, else those with the same runs of letters. Trigrams alone would take
    "lapm" for "laptop". Cost: as for `by_word`, and one query along two indexes.
    """
    lexemes = _lexemes(text)
    # No word of three letters has a third of its trigrams in common with one letter.
    slips = {lexeme: one_edit_away(lexeme) for lexeme in lexemes.values() if len(lexeme) > 1}
    asked, every_slip = [*slips], [*set().union(*slips.values())]
    rows = fetch(database(), _NEAR, [asked, every_slip, asked], generic_plan=True) if asked else []
    found = [row for row in sorted(rows, key=itemgetter(2, 1)) if re.search(CORRECTABLE, row[1])]
    return {word: _nearest(lexeme, slips.get(lexeme, set()), found) for word, lexeme in lexemes.items()}


def _nearest(lexeme: str, slips: Collection[str], found: Rows) -> Near:
    of_it = [(other, is_slip) for asked, other, _, is_slip in found if asked == lexeme]
    slipped = [other for other, is_slip in of_it if is_slip and other in slips]
    alike = [other for other, is_slip in of_it if not is_slip]
    return Near((slipped or alike)[:MOST_NEAR], are_slips=bool(slipped))


def compounds(text: str, slips: Collection[str]) -> str:
    """The query as names have its words, two as one and one as two; blank if that is how they are.

    A word in no name that is one of `slips`, one slip from another, stays whole unless it joins a neighbour: "labtop"
    is not "lab top". Cost: as for `by_word`, and one query.
    """
    words, by_lexeme = in_sequence(text), _lexemes(text)
    lexemes = [by_lexeme[word] for word in words]
    asked = candidates(lexemes)
    numbers = {word: OTHER_NUMBER[word] for word in asked & OTHER_NUMBER.keys()}
    known = {word for [word] in fetch(database(), _STANDING, [sorted({*asked, *numbers.values()})])}
    known |= {word for word, other in numbers.items() if other in known}
    misspelt = {word: by_lexeme[word] for word in words if word in slips and by_lexeme[word] not in known}
    found = rewritten(words, lexemes, known | {*misspelt.values()})
    return "" if found == words or misspelt.keys() & {*found} else " ".join(found)


def _lexemes(text: str) -> dict[str, str]:
    """Each word of a query as it is in the index; blank where it is none there, or several."""
    return {word: (found and found.lexeme) or "" for word, found in by_word(text).items()}
