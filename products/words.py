"""The words of a query, as the index of words has them."""

import re
import string
from collections.abc import Collection, Sequence
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from django.apps import apps
from django.db import router

from ecommerce_backend.statements import fetch

WORDS = "catalogue"
STEMS = "catalogue_stems"

# Punctuation, symbols and blanks beyond ASCII, of which names have dashes, quotation marks, (TM) and no-break spaces
# most: in brackets of a regular expression of PostgreSQL as of Python.
NO_LETTERS = (
    # Latin, Greek to Arabic, Devanagari, Ogham
    r"\u0080-\u00a9\u00ab-\u00b1\u00b4\u00b6-\u00b8\u00bb\u00bf\u00d7\u00f7"
    r"\u037e\u0387\u055a-\u055f\u0589-\u058f\u05be\u05c0\u05c3\u05c6\u05f3\u05f4"
    r"\u0600-\u060f\u061b-\u061f\u066a-\u066d\u06d4\u0964\u0965\u1680"
    # Of no script: punctuation, currencies, letter-like signs, arrows, mathematics, boxes, pictures
    r"\u2000-\u206f\u20a0-\u20cf\u2100\u2101\u2103-\u2106\u2108\u2109\u2114\u2116-\u2118\u211e-\u2123"
    r"\u2190-\u245f\u249c-\u24e9\u2500-\u2bff\u2e00-\u2e2e\u2e30-\u2e7f"
    # Chinese, Japanese and full-width
    r"\u2ff0-\u3004\u3008-\u3020\u3030\u303d-\u303f\u30a0\u30fb\ufd3e\ufd3f\ufe00-\ufe0f\ufe10-\ufe6f\ufeff"
    r"\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65\uffe0-\ufffd\U0001f000-\U0001faff"
)
_PARTS_WORDS = re.compile(rf"[{re.escape(string.punctuation)}\s{NO_LETTERS}]+")

_ANALYSIS = f"""
    SELECT to_tsquery('{WORDS}', quoted)::text, to_tsquery('{WORDS}', quoted || ':A')::text,
           to_tsquery('{WORDS}', quoted || ':*')::text, to_tsquery('{STEMS}', quoted)::text
    FROM unnest(%s::text[]) WITH ORDINALITY AS word (quoted, place) ORDER BY place
"""  # noqa: S608 - nothing but the names above

MOST_ENDINGS = 20
COUNTED_ENDINGS = 1_000
MOST_INFLECTIONS = 8  # of more words it is not worth while to know which stems they have
# The words of the catalogue that begin so, a few more than are made use of. ~>=~ compares bytes, as the index does.
# With EXISTS the planner would read all words for a hash of them.
_ENDINGS = f"""
    SELECT found.number, found.words,
           coalesce(asked.word IS NULL OR (SELECT true FROM products_productword AS known
                                           WHERE known.word = asked.word LIMIT 1), false),
           coalesce(asked.stem IS NULL OR (SELECT true FROM products_productword AS known
                                           WHERE known.word = asked.stem LIMIT 1), false),
           coalesce(shared.stems, ARRAY[]::text[]),
           (SELECT coalesce(sum(products), 0)::bigint FROM products_stemtally WHERE stem = ANY(shared.stems)),
           (SELECT sum(products)::bigint FROM products_stemtally AS known WHERE known.stem = asked.stem)
    FROM unnest(%s::text[], %s::text[]) WITH ORDINALITY AS asked (word, stem, place)
    CROSS JOIN LATERAL (
        SELECT count(*) AS number, coalesce((array_agg(word))[:{2 * MOST_ENDINGS}], ARRAY[]::text[]) AS words FROM (
            SELECT word FROM products_productword AS known
            WHERE known.word ~>=~ asked.word AND known.word ~<~ (asked.word || U&'\\+10FFFF') LIMIT {COUNTED_ENDINGS}
        ) AS begun
    ) AS found
    LEFT JOIN LATERAL (
        -- The stems that these words and that of the query have or are, of those that there are: whatever is found has
        -- one of them. When these are what finds, whatever has one of them is found. What was counted once and is in no
        -- name any more does not matter; what was never counted does: its stem may be another in a name.
        SELECT coalesce(array_agg(DISTINCT stem) FILTER (WHERE products > 0), ARRAY[min(stem)]) AS stems
        FROM (
            SELECT nullif(nth, found.number + 1), unnest(tsvector_to_array(to_tsvector('{STEMS}', word)) || word)
            FROM unnest(found.words || asked.stem) WITH ORDINALITY AS known (word, nth)
        ) AS of_words (nth, stem)
        CROSS JOIN LATERAL (
            SELECT sum(products)::bigint AS products FROM products_stemtally AS known WHERE known.stem = of_words.stem
        ) AS tally
        WHERE found.number <= {MOST_INFLECTIONS} AND asked.word IS NOT NULL AND products IS NOT NULL
        HAVING count(DISTINCT nth) = found.number
           AND bool_and(products = 0 OR stem = ANY(found.words || asked.stem)) AND count(*) > 0
    ) AS shared ON true
    ORDER BY place
"""  # noqa: S608 - nothing but numbers and the names above


class Endings(NamedTuple):
    """The words of the catalogue that begin so: how many there are, up to COUNTED_ENDINGS, and some of them.

    And whether the word itself may be there, and its stem: of those that are several in the index it is not known.
    `stems`: where the products that the word finds are exactly those that have one of some stems, as that of "laptop"
    if nothing but "laptops" begins with it; and how many `products` these have, each by itself. `inflections`: how many
    have the stem of the word; None where it is not known.
    """

    number: int
    words: list[str]
    has_word: bool
    has_stem: bool
    stems: list[str]
    products: int
    inflections: int | None

    @property
    def only_stem(self) -> str | None:
        """The stem that all products have that are found, and no others."""
        return self.stems[0] if len(self.stems) == 1 else None

    @property
    def is_something(self) -> bool:
        """Whether there may be a word that begins so, or has its stem."""
        return self.number > 0 or self.has_word or self.has_stem

    @property
    def are_few(self) -> bool:
        """Whether these are all, and so few that they can stand for the beginning."""
        return 0 < self.number < 2 * MOST_ENDINGS and len(set(self.words)) <= MOST_ENDINGS


class Asked(NamedTuple):
    """What a word asks for, as PostgreSQL writes it; and how many words begin with it, unless they are listed there."""

    matching: str
    beginnings: int


class Word(NamedTuple):
    """A word of a query in PostgreSQL's notation: whole, whole as it was written, as a beginning, and its stem."""

    whole: str
    literal: str
    beginning: str
    stem: str

    @property
    def inflected(self) -> str:
        """The word or its stem. They are often the same, and PostgreSQL would look for both."""
        return self.whole if self.stem == self.whole else f"({self.whole} | {self.stem})"

    @property
    def lexeme(self) -> str | None:
        """What it is in the index; None when it is several words there."""
        return _lexeme(self.whole)

    def asked(self, endings: Endings) -> Asked:
        """Whatever the word finds, which is a word that begins with it, or its stem.

        Where such words are few they stand for the beginning: the index then skips what other words rule out, and does
        not collect all rows of each first. A stem that begins with the word is one of them.
        """
        # Of several words in one nothing is known.
        many = 0 if endings.are_few else endings.number if self.lexeme else COUNTED_ENDINGS
        if endings.only_stem is not None:
            return Asked(quoted(endings.only_stem), many)
        covered = bool(endings.stems) or self.stem.startswith(self.beginning.removesuffix("':*"))
        few = endings.stems or (endings.words if endings.are_few else [])
        found = [quoted(ending) for ending in sorted(set(few))] or [self.beginning]
        return Asked(f"({' | '.join(found if covered else [*found, self.stem])})", many)


def words(text: str) -> list[str]:
    """The words of a query, each once: what is left between blanks and punctuation. Operators mean nothing."""
    return list(dict.fromkeys(filter(None, _PARTS_WORDS.split(text))))


@lru_cache(maxsize=4096)
def analysed(text: str) -> list[Word]:
    """The words of a query that the index could hold. Cost: one query, once in a process."""
    # Words hold neither quotes nor backslashes, so quoting them is enough to make them plain text.
    found = fetch(_database(), _ANALYSIS, [[f"'{word}'" for word in words(text)]])
    return [Word(*row) for row in found if row[0]]


def in_catalogue(known: Collection[Sequence[str]]) -> list[list[Word]]:
    """Words of the catalogue as words of a query: with their stems, where they are the same when they are typed."""
    typed = {word.whole: word for word in analysed(" ".join(chain(*known)))}
    return [[typed.get(quoted(each)) or Word(*[quoted(each)] * 4) for each in words] for words in known]


def endings(found: list[Word]) -> list[Endings]:
    """For each word, what there is that begins with it. Cost: one query."""
    asked = [[word.lexeme for word in found], [_lexeme(word.stem) for word in found]]
    return [Endings(*row) for row in fetch(_database(), _ENDINGS, asked, one_plan=True)]


def _lexeme(query: str) -> str | None:
    plain = query.removeprefix("'").removesuffix("'")
    return None if "'" in plain or "\\" in plain else plain


def quoted(lexeme: str) -> str:
    """A word of the index in PostgreSQL's notation."""
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"


def _database() -> str:
    """The database that is being read from."""
    return str(router.db_for_read(apps.get_model("products", "ProductWord")))
