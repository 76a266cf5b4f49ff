"""How a query string becomes SQL: every word has to begin some word of the name, without regard to case and accents.

The text search configuration `catalogue` is made by migration 0001: words in lower case, without accents, unstemmed.
"""

import string

from django.contrib.postgres.search import SearchQuery, SearchVectorExact, SearchVectorField
from django.db.models import Case, Func, Value, When
from django.db.models.expressions import Combinable

CONFIGURATION = "catalogue"

# PostgreSQL's parser would make one token of "wi-fi", "3.5mm" or "a/c" (a host, a version, a file), and none of "<b>".
# As blanks they part words, in the index as in the query.
_JOINERS = "-./_@:+&<>#;~=?"
_PUNCTUATION_TO_BLANKS = str.maketrans(dict.fromkeys(string.punctuation, " "))


class NameVector(Func):
    """The words of a name as a tsvector. The index `product_name_search` is on exactly this expression."""

    function = "to_tsvector"
    template = (
        f"to_tsvector('{CONFIGURATION}'::regconfig, translate(%(expressions)s, '{_JOINERS}', '{' ' * len(_JOINERS)}'))"
    )
    output_field = SearchVectorField()


def words(text: str) -> list[str]:
    """The words of a query, each once: what is left between blanks and ASCII punctuation. Operators mean nothing."""
    return list(dict.fromkeys(text.translate(_PUNCTUATION_TO_BLANKS).split()))


def matches(text: str) -> SearchVectorExact:
    """The condition that every word of `text` begins a word of the name. `text` must have words."""
    return SearchVectorExact(NameVector("name"), _query(text, prefix=True))


def relevance(text: str) -> Case:
    """0 for the name itself, 1 for whole words, 2 for beginnings: sort ascending."""
    whole_words = SearchVectorExact(NameVector("name"), _query(text, prefix=False))
    return Case(When(name__iexact=text, then=Value(0)), When(whole_words, then=Value(1)), default=Value(2))


def _query(text: str, *, prefix: bool) -> Combinable:
    # Words hold neither quotes nor backslashes, so quoting them is enough to make them plain text.
    raw = " & ".join(f"'{word}'{':*' if prefix else ''}" for word in words(text))
    return SearchQuery(raw, config=CONFIGURATION, search_type="raw")
