"""How a query string becomes SQL.

A product is found when every word of the query is in its name: whole, inflected, or as the beginning of a word, without
regard to case and accents. When nothing is, words that are spelled nearly so take their place.

Two text search configurations are made by the migrations. `catalogue` has words in lower case, without accents;
`catalogue_stems` has their English stems, so that "laptops" and "laptop" meet. A name is kept as both.
"""

import string
from collections.abc import Iterable, Sequence
from functools import reduce
from operator import and_, or_
from typing import Any
from uuid import UUID

from django.contrib.postgres.search import SearchQuery, SearchVectorField
from django.db.models import Case, Func, IntegerField, Q, Value, When
from django.db.models.functions import Lower
from django.db.models.lookups import Exact

WORDS = "catalogue"
STEMS = "catalogue_stems"
CATEGORY_WORD = "category "
# PostgreSQL's parser would make one token of "wi-fi", "3.5mm" or "a/c" (a host, a version, a file), and none of "<b>".
# As blanks they part words, in the name as in the query.
_JOINERS = "-./_@:+&<>#;~=?"
_PUNCTUATION_TO_BLANKS = str.maketrans(dict.fromkeys(string.punctuation, " "))
_PARTED = f"translate(%(expressions)s, '{_JOINERS}', '{' ' * len(_JOINERS)}')"


class NameWords(Func):
    """The words of a name, with weight A, and their stems: a tsvector."""

    template = (
        f"setweight(to_tsvector('{WORDS}'::regconfig, {_PARTED}), 'A') || to_tsvector('{STEMS}'::regconfig, {_PARTED})"
    )
    output_field = SearchVectorField()


class CategoryWord(Func):
    """The category as one more word, which no name can hold: a tsvector."""

    template = f"array_to_tsvector(ARRAY['{CATEGORY_WORD}' || %(expressions)s::text])"
    output_field = SearchVectorField()


class CategoryQuery(SearchQuery):
    """A tsquery for the word of a category."""

    template = "%(expressions)s::tsquery"

    def __init__(self, category: UUID) -> None:
        super().__init__(f"'{CATEGORY_WORD}{category}'", search_type="raw")


class ProductWords(Func):
    """All that a product is searched by; `Product.words` is exactly this expression.

    With the category among the words, one index answers "sofas in electronics" without reading every sofa.
    """

    template = "(%(expressions)s)"
    arg_joiner = " || "
    output_field = SearchVectorField()

    def __init__(self, name: Any, category: Any) -> None:
        super().__init__(NameWords(name), CategoryWord(category))


def words(text: str) -> list[str]:
    """The words of a query, each once: what is left between blanks and ASCII punctuation. Operators mean nothing."""
    return list(dict.fromkeys(text.translate(_PUNCTUATION_TO_BLANKS).split()))


def tiers(text: str) -> list[Q]:
    """Conditions on a match, the best first. `text` must have words.

    The name is `text`; every word of it stands in the name; they do, inflected; or they begin words there, which the
    last one says of all matches.
    """
    literally = _all(_raw(word, suffix=":A") for word in words(text))
    inflected = _all(_whole(word) for word in words(text))
    any_match = _all(_whole(word) | _raw(word, suffix=":*") for word in words(text))
    return [
        Q(Exact(Lower("name"), Lower(Value(text.strip())))),
        *(Q(words=words_query) for words_query in (literally, inflected, any_match)),
    ]


def beginnings(text: str) -> Q:
    """The condition that every word of `text` begins one in the name: nearly all matches, and what the planner can
    estimate. Of alternatives it assumes that they have nothing to do with each other, and adds them up.
    """
    return Q(words=_all(_raw(word, suffix=":*") for word in words(text)))


def near_tiers(near: dict[str, list[str]]) -> list[Q]:
    """Conditions on a near miss, the nearest first. `near`: for every word of the query, those most like it, in order.

    For every word the name has it, or the word most like it; or one of the two most like it; and so on. The last one
    holds for any near miss.
    """
    widest = max(map(len, near.values()))
    return [
        Q(words=_all(_any([_raw(word, suffix=":*"), *map(_raw, others[:width])]) for word, others in near.items()))
        for width in range(1, widest + 1)
    ]


def matches_in(categories: Iterable[UUID]) -> Q:
    """The condition that a product is in one of `categories`, as the index of words has it. There must be one."""
    return Q(words=_any(CategoryQuery(category) for category in categories))


def rank(conditions: Sequence[Q]) -> Case:
    """The number of the first of the `conditions` that holds; the last of them always does. Sort ascending."""
    whens = (When(condition, then=number) for number, condition in enumerate(conditions[:-1]))
    return Case(*whens, default=len(conditions) - 1, output_field=IntegerField())


def _whole(word: str) -> SearchQuery:
    return _raw(word) | _raw(word, config=STEMS)


def _raw(word: str, *, suffix: str = "", config: str = WORDS) -> SearchQuery:
    # Words hold neither quotes nor backslashes, so quoting them is enough to make them plain text.
    return SearchQuery(f"'{word}'{suffix}", config=config, search_type="raw")


def _all(queries: Iterable[Any]) -> Any:
    return reduce(and_, queries)


def _any(queries: Iterable[Any]) -> Any:
    return reduce(or_, queries)
