"""What a sidebar shows beside a list: how many there are, from which price to which, and how many in each category."""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.apps import apps
from django.db.models import Count

from products.querysets import plans, tally
from products.querysets.matches import COUNTED_MATCHES
from products.querysets.rows import conditions, fetch

if TYPE_CHECKING:
    from products.models import Category
    from products.querysets.products import ProductQuerySet


_FOUND = """
    WITH hits AS MATERIALIZED (SELECT category_id, price FROM products_product WHERE {conditions}),
    counted AS MATERIALIZED (SELECT * FROM hits LIMIT %s)
    SELECT category_id, count(*), min(price), max(price) FROM counted GROUP BY category_id
"""


class Found(NamedTuple):
    """Matches in a category."""

    number: int
    lowest: Decimal
    highest: Decimal


@dataclass(frozen=True)
class Facets:
    """Counts and prices of a selection. `categories` have `count`, whatever categories the selection is limited to."""

    count: int
    lowest: Decimal | None
    highest: Decimal | None
    categories: list["Category"]


def facets(queryset: "ProductQuerySet") -> Facets:
    """The facets of a selection.

    Cost: at most six queries, more for near misses and for a search whose count is an estimate, of which as many
    matches are read as are counted. With no other bounds than prices the tally answers, else every match is read.
    """
    anywhere = queryset.model._default_manager.all().selected(queryset.selection.in_any_category())
    everywhere, here = _found(anywhere, queryset)
    if here == [] and not queryset.is_near:
        queryset, anywhere = queryset.near_misses(), anywhere.near_misses()
        everywhere, here = _found(anywhere, queryset)
    model: Any = apps.get_model("products", "Category")
    categories = {each.pk: each for each in model.objects.all()}
    if everywhere is not None:
        numbers = {pk: each.number for pk, each in everywhere.items()}
    else:
        numbers = _numbers(anywhere, list(categories))
    if here is not None:
        count = sum(each.number for each in here)
        lowest = min((each.lowest for each in here), default=None)
        highest = max((each.highest for each in here), default=None)
    else:
        count = _count(queryset, numbers)
        counts = None
        if count and not queryset.selection.search:
            counts = tally.Counts(count, tally.counted_at_any_price(queryset))
        lowest, highest = (_price(queryset, way, counts) if count else None for way in ("", "-"))
    if queryset.category_ids is not None and len(queryset.category_ids) == 1:
        numbers[queryset.category_ids[0]] = count  # which is exact more often
    for pk, each in categories.items():
        each.count = numbers.get(pk, 0)
    return Facets(count, lowest, highest, [each for each in categories.values() if each.count])


def _found(
    anywhere: "ProductQuerySet", queryset: "ProductQuerySet"
) -> tuple[dict[UUID, Found] | None, list[Found] | None]:
    """The matches of a search by category, in all and in those that are asked for; None for more than are counted.

    None for both, too, where there is nothing to search for. Cost: one query, or two.
    """
    if not queryset.selection.search or queryset.query.is_empty():
        return None, None
    everywhere = _matches(anywhere)
    if everywhere is not None:
        return everywhere, [each for pk, each in everywhere.items() if pk in (queryset.category_ids or everywhere)]
    here = _matches(queryset) if queryset.category_ids else None
    return None, None if here is None else list(here.values())


def _matches(queryset: "ProductQuerySet") -> dict[UUID, Found] | None:
    """The matches, category by category; None for more than are counted. Cost: one query."""
    where, params = conditions(queryset)
    rows = fetch(queryset.db, _FOUND.format(conditions=where), [*params, COUNTED_MATCHES + 1])
    found = {pk: Found(*numbers) for pk, *numbers in rows}
    return found if sum(each.number for each in found.values()) <= COUNTED_MATCHES else None


def _count(queryset: "ProductQuerySet", numbers: dict[UUID, int]) -> int:
    """How many there are, as the list says it."""
    if queryset.selection.search:
        return queryset.page(0, 0).count
    chosen = numbers.keys() if queryset.category_ids is None else queryset.category_ids
    return sum(numbers.get(pk, 0) for pk in chosen)


def _price(queryset: "ProductQuerySet", way: str, counts: tally.Counts | None) -> Decimal | None:
    """The lowest price of a selection, or with "-" the highest; None when its rows are gone meanwhile."""
    rows = plans.rows(queryset.order_by(f"{way}price", f"{way}pk"), 0, 1, counts)
    return rows[0].price if rows else None


def _numbers(queryset: "ProductQuerySet", categories: list[UUID]) -> dict[UUID, int]:
    """How many there are in each of the categories, by its id."""
    if queryset.selection.is_tallied:
        return tally.counted_by_category(queryset, categories)
    if not queryset.selection.search:
        return dict(queryset.order_by().values_list("category_id").annotate(number=Count("pk")))
    page = queryset.page(0, 0)
    # Of an estimate a sample, scaled to all.
    counted = Counter(queryset.order_by().values_list("category_id", flat=True)[:COUNTED_MATCHES])
    scale = page.count / (counted.total() or 1) if page.is_estimate else 1
    return {pk: round(number * scale) for pk, number in counted.items()}
