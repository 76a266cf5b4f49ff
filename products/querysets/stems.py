"""Counting with the tally of stems: how many products have a word, in all or in each category.

It answers where a search finds the products of some stems and nothing but the category matters, as most searches do.
"""

from collections import Counter
from itertools import combinations
from typing import TYPE_CHECKING
from uuid import UUID

from ecommerce_backend.statements import fetch
from products.words import quoted

if TYPE_CHECKING:
    from products.querysets.products import ProductQuerySet

MOST_SHARED = 1_000  # products that have several of the stems are looked up; of more it takes too long

_BY_CATEGORY = """
    SELECT category_id, sum(products)::bigint FROM products_stemtally WHERE stem = ANY(%s) {limit} GROUP BY category_id
"""
_EVERYWHERE = _BY_CATEGORY.format(limit="")
_IN_CATEGORIES = _BY_CATEGORY.format(limit="AND category_id = ANY(%s::uuid[])")
# Products that have more than one of the stems, and so are counted more than once. A stem has the weight D, or it would
# be found where it is a word whose stem is another.
_SHARED = f"""
    SELECT category_id, (SELECT count(*) - 1 FROM unnest(%s::text[]) AS stem WHERE words @@ stem::tsquery)
    FROM products_product WHERE words @@ %s::tsquery LIMIT {MOST_SHARED + 1}
"""  # noqa: S608 - a number alone


def are_known(queryset: "ProductQuerySet") -> bool:
    """Whether the tally of stems may know how many matches a search has."""
    return bool(queryset.sought.stems) and queryset.selection.is_a_search_in_categories


def counted(queryset: "ProductQuerySet") -> int | None:
    """How many matches a search has, exactly; None where the tally does not know. Cost: at most two queries."""
    if are_known(queryset) and queryset.chosen is None and len(queryset.sought.stems) == 1:
        return queryset.sought.at_most
    found = counted_by_category(queryset)
    return None if found is None else sum(found.values())


def counted_by_category(queryset: "ProductQuerySet") -> dict[UUID, int] | None:
    """How many matches there are in each category, of those that are asked for; None where the tally does not know.

    Cost: at most two queries.
    """
    shared = _shared(queryset) if are_known(queryset) else None
    if shared is None:
        return None
    if queryset.chosen is None:
        found = fetch(queryset.db, _EVERYWHERE, [queryset.sought.stems], one_plan=True)
    else:
        found = fetch(queryset.db, _IN_CATEGORIES, [queryset.sought.stems, queryset.chosen.ids], one_plan=True)
    return {pk: number - shared[pk] for pk, number in found if number > shared[pk]}


def _shared(queryset: "ProductQuerySet") -> Counter[UUID] | None:
    """How many times products are counted too often in each category; None where they are too many to look up.

    Cost: one query when there are several stems.
    """
    stems = [f"{quoted(stem)}:D" for stem in queryset.sought.stems]
    shared = Counter[UUID]()
    if len(stems) > 1:
        several = " | ".join(f"{one} & {other}" for one, other in combinations(stems, 2))
        rows = fetch(queryset.db, _SHARED, [stems, several])
        if len(rows) > MOST_SHARED:
            return None
        for pk, number in rows:
            shared[pk] += number
    return shared
