"""What follows from the catalogue, kept in step by triggers: every write moves it, whichever way it comes.

The triggers are in the migrations; of a function that several have, the last one is in force. Concurrent writers never
wait for each other there: one that finds a row locked adds another, and readers sum up.
Source: docs/decisions/0008-derived-tables.md.
"""

from collections.abc import Callable
from typing import TypeVar

from django.contrib.postgres.indexes import GinIndex
from django.db import DEFAULT_DB_ALIAS, models
from django.db.models import Q

from ecommerce_backend.replicas import Position
from ecommerce_backend.statements import along, fetch
from products.suggestions import CORRECTABLE

Made = TypeVar("Made")


class GenerationManager(models.Manager["Generation"]):
    """The catalogue's generation."""

    def current(self, using: str = DEFAULT_DB_ALIAS) -> Position:
        """Numbers by id, of which every committed change of the catalogue moves one. Cost: one query for a few rows."""
        # By hand: it is part of every read, and the ORM takes six times as long to make this statement.
        return tuple(fetch(using, "SELECT id, number FROM products_generation ORDER BY id", generic_plan=True))

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


class ProductWord(models.Model):
    """A word or its stem that stands, or once stood, in some product's name.

    A search for a word finds nothing unless that word, or one that begins with it, is here.
    """

    word = models.TextField()

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["word"], opclasses=["text_pattern_ops"], name="product_word_word"),
            # Near misses.
            GinIndex(
                fields=["word"],
                opclasses=["gin_trgm_ops"],
                condition=Q(word__regex=CORRECTABLE),
                name="product_word_trigrams",
                fastupdate=False,
            ),
        ]

    def __str__(self) -> str:
        return self.word
