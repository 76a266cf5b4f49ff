"""Counting with the tally of stems: how many products have a word, in all or in each category.

It answers where a search finds the products of one stem and nothing but the category matters, as most searches do.
"""

from typing import TYPE_CHECKING
from uuid import UUID

from ecommerce_backend.statements import fetch

if TYPE_CHECKING:
    from products.querysets.products import ProductQuerySet

_BY_CATEGORY = "SELECT category_id, sum(products)::bigint FROM products_stemtally WHERE stem = %s GROUP BY category_id"
_IN_CATEGORIES = """
    SELECT coalesce(sum(products), 0)::bigint FROM products_stemtally WHERE stem = %s AND category_id = ANY(%s::uuid[])
"""


def are_known(queryset: "ProductQuerySet") -> bool:
    """Whether the tally of stems knows how many matches a search has."""
    return queryset.sought.stem is not None and queryset.selection.is_a_search_in_categories


def counted(queryset: "ProductQuerySet") -> int | None:
    """How many matches a search has, exactly; None where the tally does not know. Cost: at most one query."""
    if not are_known(queryset):
        return None
    if queryset.chosen is None:
        return queryset.sought.at_most
    [[number]] = fetch(queryset.db, _IN_CATEGORIES, [queryset.sought.stem, queryset.chosen.ids], one_plan=True)
    return number


def counted_by_category(queryset: "ProductQuerySet") -> dict[UUID, int]:
    """How many matches there are in each category. `are_known` must hold. Cost: one query."""
    found = fetch(queryset.db, _BY_CATEGORY, [queryset.sought.stem], one_plan=True)
    return {pk: number for pk, number in found if number}
