"""How a query string becomes SQL.

A product is found when every word of the query is in its name: whole, inflected, or as the beginning of a word, without
regard to case and accents. When nothing is, words that are spelled nearly so take their place.

Two text search configurations are made by the migrations. `catalogue` has words in lower case, without accents;
`catalogue_stems` has their English stems, so that "laptops" and "laptop" meet. A name is kept as both.
"""

import string
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.apps import apps
from django.contrib.postgres.search import SearchQuery, SearchVectorField
from django.db import connections, router
from django.db.models import Case, Func, IntegerField, Q, Value, When
from django.db.models.functions import Lower
from django.db.models.lookups import Exact

WORDS = "catalogue"
STEMS = "catalogue_stems"
CATEGORY_MARK = "="  # no word begins with it, so nothing that is searched for is the beginning of a category's
# PostgreSQL's parser would make one token of "wi-fi", "3.5mm" or "a/c" (a host, a version, a file), and none of "<b>".
# As blanks they part words, in the name as in the query.
_JOINERS = "-./_@:+&<>#;~=?"
_PUNCTUATION_TO_BLANKS = str.maketrans(dict.fromkeys(string.punctuation, " "))
_PARTED = f"translate(%(expressions)s, '{_JOINERS}', '{' ' * len(_JOINERS)}')"

_ANALYSIS = f"""
    SELECT to_tsquery('{WORDS}', quoted)::text, to_tsquery('{WORDS}', quoted || ':A')::text,
           to_tsquery('{WORDS}', quoted || ':*')::text, to_tsquery('{STEMS}', quoted)::text
    FROM unnest(%s::text[]) WITH ORDINALITY AS word (quoted, place) ORDER BY place
"""  # noqa: S608 - nothing but the names above

MOST_ENDINGS = 20
# The words of the catalogue that begin so, a few more than are made use of. ~>=~ compares bytes, as the index does.
_ENDINGS = f"""
    SELECT ARRAY(
        SELECT word FROM products_productword
        WHERE word ~>=~ beginning AND word ~<~ (beginning || U&'\\+10FFFF') LIMIT {2 * MOST_ENDINGS}
    )
    FROM unnest(%s::text[]) WITH ORDINALITY AS asked (beginning, place) ORDER BY place
"""  # noqa: S608 - nothing but a number


class NameWords(Func):
    """The words of a name, with weight A, and their stems: a tsvector."""

    template = (
        f"setweight(to_tsvector('{WORDS}'::regconfig, {_PARTED}), 'A') || to_tsvector('{STEMS}'::regconfig, {_PARTED})"
    )
    output_field = SearchVectorField()


class CategoryWord(Func):
    """The category as one more word: a tsvector."""

    template = f"array_to_tsvector(ARRAY['{CATEGORY_MARK}' || %(expressions)s::text])"
    output_field = SearchVectorField()


class ProductWords(Func):
    """All that a product is searched by; `Product.words` is exactly this expression.

    With the category among the words, one index answers "sofas in electronics" without reading every sofa.
    """

    template = "(%(expressions)s)"
    arg_joiner = " || "
    output_field = SearchVectorField()

    def __init__(self, name: Any, category: Any) -> None:
        super().__init__(NameWords(name), CategoryWord(category))


class TSQuery(SearchQuery):
    """A tsquery in PostgreSQL's own notation, its words as they are in the index."""

    template = "%(expressions)s::tsquery"

    def __init__(self, text: str) -> None:
        super().__init__(text, search_type="raw")


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
        plain = self.whole.removeprefix("'").removesuffix("'")
        return None if "'" in plain or "\\" in plain else plain

    def matching(self, endings: list[str]) -> str:
        """Whatever the word finds, which is a word that begins with it, or its stem. `endings`: those that begin so.

        Where they are few they stand for the beginning: the index then skips what other words rule out, and does not
        collect all rows of each first. A stem that begins with the word is one of them.
        """
        covered = self.stem.startswith(self.beginning.removesuffix("':*"))
        few = 0 < len(set(endings)) <= MOST_ENDINGS
        found = [_quoted(ending) for ending in sorted(set(endings))] if few else [self.beginning]
        return f"({' | '.join(found if covered else [*found, self.stem])})"


def words(text: str) -> list[str]:
    """The words of a query, each once: what is left between blanks and ASCII punctuation. Operators mean nothing."""
    return list(dict.fromkeys(text.translate(_PUNCTUATION_TO_BLANKS).split()))


@lru_cache(maxsize=4096)
def analysed(text: str) -> list[Word]:
    """The words of a query that the index could hold. Cost: one query, once in a process."""
    # Words hold neither quotes nor backslashes, so quoting them is enough to make them plain text.
    with _cursor() as cursor:
        cursor.execute(_ANALYSIS, [[f"'{word}'" for word in words(text)]])
        return [Word(*row) for row in cursor.fetchall() if row[0]]


def tiers(text: str) -> list[Q]:
    """Conditions on a match, the best first; none when there is no word to search for.

    The name is `text`; every word of it stands in the name; they do, inflected; or they begin words there, which the
    last one says of all matches.
    """
    found = analysed(text)
    if not found:
        return []
    return [
        Q(Exact(Lower("name"), Lower(Value(text.strip())))),
        _all(word.literal for word in found),
        _all(word.inflected for word in found),
        _all(map(Word.matching, found, _endings(found))),
    ]


def near_tiers(near: dict[str, list[str]]) -> list[Q]:
    """Conditions on a near miss, the nearest first. `near`: for every word of the query, those most like it, in order.

    For every word the name has it, or the word most like it; or one of the two most like it; and so on. The last one
    holds for any near miss. There must be a word that is like another.
    """
    exact = {word: [each.matching([]) for each in analysed(word)] for word in near}
    widest = max(map(len, near.values()))
    return [
        _all(
            f"({' | '.join(alternatives)})"
            for word, others in near.items()
            if (alternatives := [*exact[word], *map(_quoted, others[:width])])
        )
        for width in range(1, widest + 1)
    ]


def matches_in(categories: Iterable[UUID]) -> Q:
    """The condition that a product is in one of `categories`, as the index of words has it. There must be one."""
    return Q(words=TSQuery(" | ".join(f"'{CATEGORY_MARK}{category}'" for category in categories)))


def rank(conditions: Sequence[Q]) -> Case:
    """The number of the first of the `conditions` that holds; the last of them always does. Sort ascending."""
    whens = (When(condition, then=number) for number, condition in enumerate(conditions[:-1]))
    return Case(*whens, default=len(conditions) - 1, output_field=IntegerField())


def _endings(found: list[Word]) -> list[list[str]]:
    """For each word the words of the catalogue that begin with it; none when they would not help."""
    with _cursor() as cursor:
        cursor.execute(_ENDINGS, [[word.lexeme for word in found]])
        rows = cursor.fetchall()
    return [[] if len(row) >= 2 * MOST_ENDINGS else row for (row,) in rows]


def _cursor() -> Any:
    """A cursor on the database that is being read from."""
    return connections[router.db_for_read(apps.get_model("products", "ProductWord"))].cursor()


def _all(queries: Iterable[str]) -> Q:
    return Q(words=TSQuery(" & ".join(queries)))


def _quoted(lexeme: str) -> str:
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"
