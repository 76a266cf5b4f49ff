"""What a sidebar shows beside a list: how many there are, from which price to which, and how many in each category."""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.apps import apps
from django.db.models import Count

from products.querysets import tally
from products.querysets.matches import COUNTED_MATCHES

if TYPE_CHECKING:
    from products.models import Category
    from products.querysets.products import ProductQuerySet


@dataclass(frozen=True)
class Facets:
    """Counts and prices of a selection. `categories` have `count`, whatever categories the selection is limited to."""

    count: int
    lowest: Decimal | None
    highest: Decimal | None
    categories: list["Category"]


def facets(queryset: "ProductQuerySet") -> Facets:
    """The facets of a selection.

    Cost: at most six queries, more for a search. With no other bounds than prices the tally answers them, else every
    match is read; of a search whose count is an estimate, as many as are counted.
    """
    anywhere = queryset.model._default_manager.all().selected(queryset.selection.in_any_category())
    if (near := queryset.or_near_misses()) is not queryset:
        queryset, anywhere = near, anywhere.near_misses()
    model: Any = apps.get_model("products", "Category")
    categories = {each.pk: each for each in model.objects.all()}
    numbers = _numbers(anywhere, list(categories))
    count = _count(queryset, numbers)
    if queryset.category_ids is not None and len(queryset.category_ids) == 1:
        numbers[queryset.category_ids[0]] = count  # which is exact more often
    for pk, each in categories.items():
        each.count = numbers.get(pk, 0)
    lowest, highest = _prices(queryset, count) if count else (None, None)
    return Facets(count, lowest, highest, [each for each in categories.values() if each.count])


def _count(queryset: "ProductQuerySet", numbers: dict[UUID, int]) -> int:
    """How many there are, as the list says it."""
    if queryset.selection.search:
        return queryset.page(0, 0).count
    chosen = numbers.keys() if queryset.category_ids is None else queryset.category_ids
    return sum(numbers.get(pk, 0) for pk in chosen)


def _prices(queryset: "ProductQuerySet", count: int) -> tuple[Decimal, Decimal]:
    """The lowest and the highest price, of a selection that has `count` rows and one at least."""
    [first] = queryset.order_by("price", "pk").counted_rows(0, 1, count)
    [last] = queryset.order_by("-price", "-pk").counted_rows(0, 1, count)
    return first.price, last.price


def _numbers(queryset: "ProductQuerySet", categories: list[UUID]) -> dict[UUID, int]:
    """How many there are in each of the categories, by its id."""
    if queryset.selection.is_tallied:
        return tally.counted_by_category(queryset, categories)
    if not queryset.selection.search:
        return dict(queryset.order_by().values_list("category_id").annotate(number=Count("pk")))
    page = queryset.page(0, 0)
    # Of an estimate a sample, scaled to all.
    counted = Counter(queryset.order_by().values_list("category_id", flat=True)[:COUNTED_MATCHES])
    scale = page.count / counted.total() if page.is_estimate else 1
    return {pk: round(number * scale) for pk, number in counted.items()}
