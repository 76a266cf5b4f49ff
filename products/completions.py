"""What words of the catalogue begin like those of a query, and how many products have them."""

from collections.abc import Iterable
from typing import NamedTuple

from ecommerce_backend.statements import fetch
from products.indexing import LETTER_MARK
from products.totals import IN_ALL
from products.words import STEMS, Word, database, quoted

MOST_COMPLETIONS = 20
COUNTED_COMPLETIONS = 1_000
MOST_INFLECTIONS = 8  # of more words it is not worth while to know which stems they have
# The words of the catalogue that begin so, a few more than are made use of. ~>=~ compares bytes, as the index does.
# With EXISTS the planner would read all words for a hash of them.
_COMPLETIONS = f"""
    SELECT found.number, found.words,
           coalesce(asked.word IS NULL OR (SELECT true FROM products_productword AS known
                                           WHERE known.word = asked.word LIMIT 1), false),
           coalesce(asked.stems IS NULL OR (SELECT true FROM products_productword AS known
                                            WHERE known.word = ANY(asked.stems) LIMIT 1), false),
           coalesce(shared.stems, ARRAY[]::text[]),
           (SELECT coalesce(sum(products), 0)::bigint FROM products_stemtally WHERE stem = ANY(shared.stems)),
           (SELECT sum(products)::bigint FROM products_stemtally AS known
            WHERE known.stem = ANY(asked.stems || asked.word)),
           {IN_ALL}
    FROM (
        SELECT word, string_to_array(stems, E'\\n'), place
        FROM unnest(%s::text[], %s::text[]) WITH ORDINALITY AS asked (word, stems, place)
    ) AS asked (word, stems, place)
    CROSS JOIN LATERAL (
        SELECT count(*) AS number, coalesce((array_agg(word))[:{2 * MOST_COMPLETIONS}], ARRAY[]::text[]) AS words FROM (
            SELECT word FROM products_productword AS known
            WHERE known.word ~>=~ asked.word AND known.word ~<~ (asked.word || U&'\\+10FFFF')
            LIMIT {COUNTED_COMPLETIONS}
        ) AS begun
    ) AS found
    LEFT JOIN LATERAL (
        -- Stems such that a product matches exactly when it has one of them; no row where there are no such. Words that
        -- are in no name any more, whose tally is zero, are ignored; when all are, one of them stands for all, and no
        -- product has it. The word's own stems come last and have no number: what has to be counted are the words that
        -- begin so, since of one that never was the stem may be another in a name. And each stem that is in a name has
        -- to be what the word finds, or a product may have the stem and not match.
        SELECT coalesce(array_agg(DISTINCT stem) FILTER (WHERE products > 0), ARRAY[min(stem)]) AS stems
        FROM (
            SELECT CASE WHEN nth <= found.number THEN nth END,
                   unnest(tsvector_to_array(to_tsvector('{STEMS}', word)) || word)
            FROM unnest(found.words || asked.stems) WITH ORDINALITY AS known (word, nth)
        ) AS of_words (nth, stem)
        CROSS JOIN LATERAL (
            SELECT sum(products)::bigint AS products FROM products_stemtally AS known WHERE known.stem = of_words.stem
        ) AS tally
        WHERE found.number <= {MOST_INFLECTIONS} AND asked.word IS NOT NULL AND products IS NOT NULL
        HAVING count(DISTINCT nth) = found.number
           AND bool_and(products = 0 OR stem = ANY(found.words || asked.stems)) AND count(*) > 0
    ) AS shared ON true
    ORDER BY place
"""  # noqa: S608 - nothing but numbers and the names above


class Completions(NamedTuple):
    """The words of the catalogue that begin so: how many there are, up to COUNTED_COMPLETIONS, and some of them.

    `has_word`, `has_stem`: whether it may be there, and one of its stems; always true of a word that the index has as
    several. `stems`: where the products that the word finds are exactly those that have one of some stems, as that of
    "laptop" if nothing but "laptops" begins with it; and how many `products` these have, each by itself. `inflections`:
    how many have the word or its stems, at most; None where it is not known. `everything`: how many products there are.
    """

    number: int
    words: list[str]
    has_word: bool
    has_stem: bool
    stems: list[str]
    products: int
    inflections: int | None
    everything: int

    @property
    def only_stem(self) -> str | None:
        """The stem that all products have that are found, and no others."""
        return self.stems[0] if len(self.stems) == 1 else None

    @property
    def is_something(self) -> bool:
        """Whether some name may have a word that begins so, or its stem. It may be known that none has any more."""
        return (self.number > 0 or self.has_word or self.has_stem) and not (self.stems and self.products == 0)

    @property
    def are_few(self) -> bool:
        """Whether these are all, and so few that they can stand for the beginning."""
        return 0 < self.number < 2 * MOST_COMPLETIONS and len(set(self.words)) <= MOST_COMPLETIONS


class TermQuery(NamedTuple):
    """What a word asks for. `matching`: the condition on a product's words, in PostgreSQL's notation of a tsquery.

    `unlisted`: how many completions the index has to look for, since nothing in it stands for them. `at_most`: how many
    products have what is asked for at most, where that is known; then all completions are spelled out.
    """

    matching: str
    unlisted: int
    at_most: int | None


def fewest(numbers: Iterable[int | None]) -> int | None:
    """The smallest number that is known."""
    return min((number for number in numbers if number is not None), default=None)


def completions(found: list[Word]) -> list[Completions]:
    """For each word, what there is that begins with it. Cost: one query."""
    words = [[word.lexeme for word in found], ["\n".join(word.stems) or None for word in found]]
    return [Completions(*row) for row in fetch(database(), _COMPLETIONS, words, generic_plan=True)]


def term_query(word: Word, known: Completions) -> TermQuery:
    """Whatever the word finds, which is a word that begins with it, or one of its stems.

    Where such words are few they stand for the beginning, and so does a mark for one letter: the index then skips what
    other words rule out, and does not collect all rows of each first. A stem that begins with the word is one of them.
    """
    itself = word.lexeme or ""
    is_letter = len(itself) == 1 and itself.isalnum()  # which the index has of every word: see `indexing.LetterWords`
    # Of several words in one nothing is known.
    many = 0 if known.are_few or is_letter else known.number if word.lexeme else COUNTED_COMPLETIONS
    at_most = known.products if known.stems else None
    if known.only_stem is not None:
        return TermQuery(quoted(known.only_stem), many, at_most)
    few = known.stems or (known.words if known.are_few else [])
    beginning = quoted(f"{LETTER_MARK}{itself}") if is_letter else word.beginning
    found = [quoted(completion) for completion in sorted(set(few))] or [beginning]
    if not known.stems:
        found += [word.stem] if not itself else [quoted(stem) for stem in word.stems if not stem.startswith(itself)]
    return TermQuery(f"({' | '.join(found)})", many, at_most)
