"""What follows from the catalogue, kept in step by triggers: every writer moves it, whichever way he comes.

The triggers are in migrations 0003 to 0008. Concurrent writers never wait for each other there: who finds a row
taken adds one of his own, and readers sum up. Source: docs/decisions/0008-derived-tables.md.
"""

import re
from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple, TypeVar

from django.contrib.postgres.indexes import GistIndex
from django.db import DEFAULT_DB_ALIAS, models
from django.db.models import Q

from ecommerce_backend.replicas import Position
from ecommerce_backend.statements import along, fetch
from products.compounds import candidates, rewritten
from products.spelling import one_edit_away
from products.words import STEMS, analysed

Made = TypeVar("Made")

NEAR_WORDS = 5
SPELLED_LIKE = "^[^0-9]{3,}$"  # part numbers and syllables are not spelled nearly like anything
NEAR_DISTANCE = 0.7  # pg_trgm's own limit: a third of the runs of three letters in common
_DISTANCE = "word <-> %s AS distance"
# Of what stands in no name any more all that was counted is at zero.
_IN_NAMES = f"""
    coalesce((SELECT sum(products) FROM products_stemtally
              WHERE stem = ANY(tsvector_to_array(to_tsvector('{STEMS}', known.word)) || known.word)), 1) > 0
"""  # noqa: S608 - a constant
# One slip away, and nearest. A word may be there more than once. If the first asked for words that are spelled like
# something, too, a plan for any words might look for each of the slips in the index of those, a hundred times as long.
_NEAR = f"""
    (SELECT word, {_DISTANCE}, true FROM products_productword AS known WHERE word = ANY(%s::text[]) AND {_IN_NAMES})
    UNION (SELECT word, {_DISTANCE}, false FROM products_productword AS known
           WHERE word ~ '{SPELLED_LIKE}' AND {_IN_NAMES} ORDER BY distance LIMIT {2 * NEAR_WORDS})
"""  # noqa: S608 - constants
# Of these, those that are words, or inflections of some. With EXISTS the planner would read all words for a hash.
_STANDING = f"""
    SELECT asked.word FROM unnest(%s::text[]) AS asked (word) WHERE (
        SELECT true FROM products_productword AS known
        WHERE known.word = ANY(tsvector_to_array(to_tsvector('{STEMS}', asked.word)) || asked.word) AND {_IN_NAMES}
        LIMIT 1
    )
"""  # noqa: S608 - constants


class GenerationManager(models.Manager["Generation"]):
    """The catalogue's generation."""

    def current(self, using: str = DEFAULT_DB_ALIAS) -> Position:
        """Numbers by id, of which every committed change of the catalogue moves one. Cost: one query for a few rows."""
        # By hand: it is part of every read, and the ORM takes six times as long to make this statement.
        return tuple(fetch(using, "SELECT id, number FROM products_generation ORDER BY id", one_plan=True))

    def shown_by(self, make: Callable[[], Made]) -> tuple[Made, Position]:
        """What `make` returns, and the generation that it shows: that of its first statement on the primary.

        Cost: nothing, when that statement is made by `fetch` and finds something; else one query, or two.
        """
        with along("ARRAY(SELECT ARRAY[id, number] FROM products_generation ORDER BY id)") as generation:
            made = make()
        return made, tuple((pk, number) for pk, number in generation.value)


class Generation(models.Model):
    """A part of where the catalogue is in its history: a number that grows, and never comes again."""

    number = models.BigIntegerField()

    objects = GenerationManager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.number)


class ProductTally(models.Model):
    """How many products there are in a bucket of prices: those of `step` x `bucket` and more, but less than the next.

    A negative `step` is a width in days, and the bucket has the products that were created then, counted from 1970 on.
    Each product is counted once at every step, in its own category and in ANY_CATEGORY. A range is made of few buckets:
    narrow ones at its ends, wide ones between. Several rows may share a bucket: their sum counts.
    """

    category_id = models.UUIDField()  # no foreign key: its check would lock the category for every new product
    step = models.IntegerField()
    bucket = models.IntegerField()
    products = models.BigIntegerField()

    class Meta:
        default_permissions = ()
        indexes = [
            # The number itself is not in it: changing it would then move the row in the index as well.
            models.Index(fields=["category_id", "step", "bucket"], name="product_tally_bucket"),
        ]

    def __str__(self) -> str:
        return f"{self.products} of {self.category_id} at {self.step} x {self.bucket}"


class StemTally(models.Model):
    """How many products of a category have a word with this stem in their name. Several rows may share both, as above.

    Most words of a search find the products of one stem: so their number is known before they are looked for.
    """

    stem = models.TextField()
    category_id = models.UUIDField()
    products = models.BigIntegerField()

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["stem", "category_id"], name="stem_tally_stem")]

    def __str__(self) -> str:
        return f"{self.products} of {self.category_id} with {self.stem}"


def _lexeme(word: str) -> str:
    """The word as it is in the index; blank where it is none there, or several."""
    return next((each.lexeme for each in analysed(word)), None) or ""


class Near(NamedTuple):
    """Words that are spelled like another one, the most like it first, and whether they differ in one slip only."""

    words: list[str]
    are_slips: bool = False


class ProductWordManager(models.Manager["ProductWord"]):
    """Words of names."""

    def near(self, word: str) -> Near:
        """The words spelled most like `word`: those that differ in one slip, else those with the same runs of letters.

        Trigrams alone would take "lapm" for "laptop". Cost: as for `analysed`, and one query along two indexes, but for
        one letter.
        """
        written = _lexeme(word)
        if len(written) <= 1:
            return Near([])  # no word of three letters has a third of its trigrams in common with one letter
        found = fetch(self.db, _NEAR, [written, [*one_edit_away(written)], written], one_plan=True)
        spelled = sorted(
            (distance, other, is_slip) for other, distance, is_slip in found if re.search(SPELLED_LIKE, other)
        )
        slips = [other for _, other, is_slip in spelled if is_slip]
        alike = [other for distance, other, is_slip in spelled if not is_slip and distance <= NEAR_DISTANCE]
        return Near((slips or alike)[:NEAR_WORDS], are_slips=bool(slips))

    def compounds(self, words: Sequence[str], slips: Collection[str]) -> str:
        """The words of a query as names have them, two as one and one as two; blank if that is how they are.

        What stands in no name and is one of `slips` is that, unless it is one with another: "labtop" is not "lab top".
        Cost: as for `analysed`, and one query.
        """
        lexemes = [*map(_lexeme, words)]
        known = {word for [word] in fetch(self.db, _STANDING, [sorted(candidates(lexemes))])}
        asked = zip(words, lexemes, strict=True)
        misspelt = {word: lexeme for word, lexeme in asked if word in slips and lexeme not in known}
        found = rewritten(words, lexemes, known | {*misspelt.values()})
        return "" if found == [*words] or misspelt.keys() & {*found} else " ".join(found)


class ProductWord(models.Model):
    """A word or its stem that stands, or once stood, in some product's name.

    A search finds nothing by a word that is not here, nor the beginning of one that is.
    """

    word = models.TextField()

    objects = ProductWordManager()

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["word"], opclasses=["text_pattern_ops"], name="product_word_word"),
            # Near misses.
            GistIndex(
                fields=["word"],
                opclasses=["gist_trgm_ops"],
                condition=Q(word__regex=SPELLED_LIKE),
                name="product_word_similar",
            ),
        ]

    def __str__(self) -> str:
        return self.word
