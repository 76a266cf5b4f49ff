"""What a sidebar shows beside a list: how many there are, from which price to which, and how many in each category."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.apps import apps

from ecommerce_backend.statements import fetch
from products.querysets import best, expectation, sample, stems
from products.querysets.counts import counted_by_category
from products.querysets.prices import Prices, prices
from products.querysets.rows import conditions
from products.querysets.words_first import words_first
from products.search import NOTHING

if TYPE_CHECKING:
    from products.models import Category
    from products.querysets.products import ProductQuerySet


_BY_CATEGORY = """
    SELECT category_id, count(*), min(price), max(price) FROM products_product WHERE {conditions} GROUP BY category_id
"""
_BY_CATEGORY_UP_TO = """
    WITH hits AS MATERIALIZED (SELECT category_id, price FROM products_product WHERE {conditions}),
    counted AS MATERIALIZED (SELECT * FROM hits LIMIT %s)
    SELECT category_id, count(*), min(price), max(price) FROM counted GROUP BY category_id
"""
# Where one in so many products matches, a sample that has enough takes less time than to collect them from the index.
SHARE_TO_SAMPLE = 50


class InCategory(NamedTuple):
    """Matches in a category. Of those that the tally of stems counts the prices are not known."""

    number: int
    lowest: Decimal | None = None
    highest: Decimal | None = None


@dataclass(frozen=True)
class ByCategory:
    """Matches by category: all of them; or, of a search, as many as are counted or in a sample, and about how many."""

    total: int
    is_all: bool
    categories: dict[UUID, InCategory]

    def within(self, ids: list[UUID]) -> "ByCategory":
        """Those in some of the categories, of all."""
        chosen = {pk: each for pk, each in self.categories.items() if pk in ids}
        return ByCategory(sum(each.number for each in chosen.values()), self.is_all, chosen)

    @property
    def has_prices(self) -> bool:
        """Whether the prices of all of them are known."""
        return self.is_all and all(each.lowest is not None for each in self.categories.values())

    def prices(self) -> Prices:
        """The lowest and the highest that are known."""
        found = self.categories.values()
        lowest = [each.lowest for each in found if each.lowest is not None]
        highest = [each.highest for each in found if each.highest is not None]
        return min(lowest, default=None), max(highest, default=None)

    def numbers(self) -> dict[UUID, int]:
        """How many there are in each category; of a sample, scaled."""
        scale = self.total / (sum(each.number for each in self.categories.values()) or 1)
        return {pk: round(each.number * scale) for pk, each in self.categories.items()}


@dataclass(frozen=True)
class Facets:
    """Counts and prices of a selection. `categories` have `count`, whatever categories the selection is limited to."""

    count: int
    lowest: Decimal | None
    highest: Decimal | None
    categories: list["Category"]


def facets(queryset: "ProductQuerySet") -> Facets:
    """The facets of a selection.

    Cost: at most eight queries, more for near misses and for a search whose count is an estimate, of which as many
    matches are read as are counted or are in a sample. With no other bounds than prices, or days of creation, the tally
    answers, and of a word mostly that of stems; else every match is read, or all that other bounds leave out.
    """
    model: Any = apps.get_model("products", "Category")
    categories = {each.pk: each for each in model.objects.all()}
    anywhere = queryset.in_any_category()
    if queryset.selection.search:
        count, found, numbers = _of_search(queryset, anywhere)
    else:
        everywhere = _counted(anywhere, list(categories))
        here = everywhere if queryset.category_ids is None else everywhere.within(queryset.category_ids)
        found = here.prices() if here.has_prices else prices(queryset, here.total)
        count, numbers = here.total, everywhere.numbers()
    for pk, each in categories.items():
        each.count = numbers.get(pk, 0)
    return Facets(count, *found, [each for each in categories.values() if each.count])


def _of_search(queryset: "ProductQuerySet", anywhere: "ProductQuerySet") -> tuple[int, Prices, dict[UUID, int]]:
    """How many matches there are, their lowest and highest price, and the numbers in each category."""
    everywhere, here = _found(anywhere, queryset)
    near = None if everywhere.total else queryset.near_misses()
    if near is not None:
        queryset = near
        everywhere, here = _found(near.in_any_category(), near)
    numbers = everywhere.numbers()
    chosen = queryset.category_ids or []
    if here.is_all:  # which is so more often for some categories than for all
        numbers |= {**dict.fromkeys(chosen, 0), **here.numbers()}
    elif len(chosen) == 1:
        numbers[chosen[0]] = here.total
    known = here.prices()
    return here.total, known if here.has_prices else prices(queryset, here.total, known), numbers


def _found(anywhere: "ProductQuerySet", queryset: "ProductQuerySet") -> tuple[ByCategory, ByCategory]:
    """The matches of a search in all categories, and in those that are asked for. Cost: one to nine queries."""
    everywhere = _matches(anywhere)
    if queryset.category_ids is None:
        return everywhere, everywhere
    known = everywhere.within(queryset.category_ids)
    if everywhere.is_all:
        return everywhere, known
    here = _matches(queryset, by_category=False)
    return everywhere, here if here.is_all or here.categories else replace(here, categories=known.categories)


def _matches(queryset: "ProductQuerySet", *, by_category: bool = True) -> ByCategory:
    """Matches by category, unless only their number is wanted. Cost: one query where the tally knows, or up to six."""
    if queryset.query.is_empty() or queryset.tiers[-1] is NOTHING:
        return ByCategory(0, True, {})
    many_at_most = (queryset.sought.at_most or 0) > best.FEW_IN_A_TIER
    if many_at_most and (numbers := stems.counted_by_category(queryset)) is not None:
        return _by_category(numbers.items())
    expected = expectation.expected_number(queryset)
    if expected.are_many and not by_category:
        return ByCategory(expected.selected, False, {})
    if expected.are_many and expected.selected * SHARE_TO_SAMPLE >= expected.in_index:
        sampled = sample.sampled_by_category(queryset, expected.in_index, expected.selected)
        if sampled:
            return ByCategory(expected.selected, False, _by_category(sampled).categories)
    at_most = expectation.COUNTED_MATCHES + 1
    where, params = conditions(words_first(queryset, expected, at_most=at_most))
    rows = fetch(queryset.db, _BY_CATEGORY_UP_TO.format(conditions=where), [*params, at_most])
    found = _by_category(rows)
    if found.total <= expectation.COUNTED_MATCHES:
        return found
    return ByCategory(expectation.more_than_counted(queryset, expected).selected, False, found.categories)


def _counted(queryset: "ProductQuerySet", categories: list[UUID]) -> ByCategory:
    """All rows by category. Not for searches. Cost: one query, or two; between narrow bounds every row is read."""
    if (numbers := counted_by_category(queryset, categories)) is not None:
        return _by_category(numbers.items())
    where, params = conditions(queryset)
    return _by_category(fetch(queryset.db, _BY_CATEGORY.format(conditions=where), params))


def _by_category(rows: Iterable[tuple[Any, ...]]) -> ByCategory:
    found = {pk: InCategory(*numbers) for pk, *numbers in rows}
    return ByCategory(sum(each.number for each in found.values()), True, found)
