"""What a product is searched by: the expressions that PostgreSQL keeps as `Product.words` and `Product.signature`.

Two text search configurations are made by the migrations. `catalogue` has words in lower case, without accents;
`catalogue_stems` has their English stems, so that "laptops" and "laptop" meet. A name is kept as both.
"""

from typing import Any

from django.contrib.postgres.search import SearchVectorField
from django.db.models import BigIntegerField, Func

from products.words import NO_LETTERS, STEMS, WORDS

# No word begins with one of these, so nothing that is searched for is the beginning of what follows them.
CATEGORY_MARK = "="
NUMBER_MARK = "#"
LETTER_MARK = "_"
# PostgreSQL's parser would make one token of "wi-fi", "3.5mm" or "a/c" (a host, a version, a file), and none of "<b>".
# As blanks they part words, in the name as in the query; and so does what is no letter anywhere, which the parser takes
# for one where the database has no locale. The two small sigmas are one letter, and one in upper case.
_PARTED = f"regexp_replace(replace(%(expressions)s, 'ς', 'σ'), '[-./_@:+&<>#;~=?{NO_LETTERS}]+', ' ', 'g')"


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


class NumberWord(Func):
    """How many different words a name has, as one more word: a tsvector."""

    template = (
        f"array_to_tsvector(ARRAY['{NUMBER_MARK}' || length(to_tsvector('{WORDS}'::regconfig, {_PARTED}))::text])"
    )
    output_field = SearchVectorField()


class LetterWords(Func):
    """The letters and digits that words of a name begin with, as words: a tsvector.

    A cast takes the first of each stem, which is that of its word, but for an apostrophe. A mark is put before each in
    the notation of a tsvector, since nothing else does that in microseconds; blanks, quotes and backslashes, which mean
    something there, are taken away before, and are looked for by nobody.
    """

    template = (
        f"replace(' ' || ts_delete(array_to_tsvector(tsvector_to_array(to_tsvector('{STEMS}'::regconfig, {_PARTED}))"
        rf"::varchar(1)[]), ARRAY[' ', '''', '\'])::text, ' ''', ' ''{LETTER_MARK}')::tsvector"
    )
    output_field = SearchVectorField()


class ProductWords(Func):
    """All that a product is searched by; `Product.words` is exactly this expression.

    With the category among the words, one index answers "sofas in electronics" without reading every sofa. With their
    number it finds names that are nothing but the words of a query. With the letters, what begins with one is found
    like a word: the index would have to collect the products of all those words first, up to half of all.
    """

    template = "(%(expressions)s)"
    arg_joiner = " || "
    output_field = SearchVectorField()

    def __init__(self, name: Any, category: Any) -> None:
        super().__init__(NameWords(name), CategoryWord(category), NumberWord(name), LetterWords(name))


class Signature(Func):
    """The stems of a name in 64 bits, of which each sets up to four: what lacks the bits of a stem lacks the stem.

    What has them may have the stem, as its words say. The index of each order includes signatures, so a search looks
    up few of the rows that it walks past: of generated names one in a hundred of those without the word.
    """

    template = f"products_signature(tsvector_to_array(to_tsvector('{STEMS}'::regconfig, {_PARTED})))"
    output_field = BigIntegerField()
