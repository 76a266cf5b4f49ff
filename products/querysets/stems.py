"""Counting with the tally of stems: how many products have a word, in all or in each category.

It answers where a search finds the products of some stems and nothing but the category matters, as most searches do.
"""

from itertools import combinations
from typing import TYPE_CHECKING
from uuid import UUID

from ecommerce_backend.statements import fetch
from products.search import condition
from products.words import quoted

if TYPE_CHECKING:
    from products.querysets.products import ProductQuerySet

MOST_SHARED = 1_000  # products that have several of the stems are looked up; of more it takes too long

_CHOSEN = "AND category_id = ANY(%s::uuid[])"
_OF_ONE = (
    "SELECT category_id, sum(products)::bigint FROM products_stemtally WHERE stem = %s {chosen} GROUP BY category_id"
)
# Less those products that have more than one of the stems, as often as they are counted too often. Materialised, they
# are found by the index of words, as if all of them were wanted. A stem has the weight D, or it would be found where it
# is a word whose stem is another.
_OF_SEVERAL = f"""
    WITH hits AS MATERIALIZED (SELECT category_id, words FROM products_product WHERE {{several}}),
    counted_again AS MATERIALIZED (
        SELECT category_id, (SELECT 1 - count(*) FROM unnest(%s::text[]) AS stem WHERE words @@ stem::tsquery) AS number
        FROM hits LIMIT {MOST_SHARED + 1}
    )
    SELECT category_id, sum(number)::bigint, (SELECT count(*) FROM counted_again) FROM (
        SELECT category_id, products AS number FROM products_stemtally WHERE stem = ANY(%s) {{chosen}}
        UNION ALL SELECT category_id, number FROM counted_again
    ) AS numbers GROUP BY category_id
"""  # noqa: S608 - a number alone


def are_known(queryset: "ProductQuerySet") -> bool:
    """Whether a search finds the products of some stems and nothing but those, and categories, matters."""
    return bool(queryset.sought.stems) and queryset.selection.is_a_search_in_categories


def counted(queryset: "ProductQuerySet") -> int | None:
    """How many matches a search has, exactly; None where the tally does not know. Cost: at most one query."""
    if are_known(queryset) and queryset.chosen is None and len(queryset.sought.stems) == 1:
        return queryset.sought.at_most
    found = counted_by_category(queryset)
    return None if found is None else sum(found.values())


def counted_by_category(queryset: "ProductQuerySet") -> dict[UUID, int] | None:
    """How many matches there are in each category, of those that are asked for; None where the tally does not know.

    It does not where too many products have several of the stems. Cost: at most one query.
    """
    if not are_known(queryset):
        return None
    stems = queryset.sought.stems
    chosen, ids = ("", []) if queryset.chosen is None else (_CHOSEN, [queryset.chosen.ids])
    if len(stems) == 1:
        found = fetch(queryset.db, _OF_ONE.format(chosen=chosen), [*stems, *ids], generic_plan=True)
        return {pk: number for pk, number in found if number}
    return _counted_once(queryset, [f"{quoted(stem)}:D" for stem in stems], chosen, ids)


def _counted_once(
    queryset: "ProductQuerySet", stems: list[str], chosen: str, ids: list[list[UUID]]
) -> dict[UUID, int] | None:
    several = " | ".join(f"{one} & {other}" for one, other in combinations(stems, 2))
    conditions = [condition("products_product.words @@ %s::tsquery", several)]
    if queryset.chosen is not None:
        conditions.append(queryset.chosen.with_words())
    sql = _OF_SEVERAL.format(several=" AND ".join(each.sql for each in conditions), chosen=chosen)
    params = [*(param for each in conditions for param in each.params), stems, queryset.sought.stems, *ids]
    found = fetch(queryset.db, sql, params)
    if found and found[0][-1] > MOST_SHARED:
        return None
    return {pk: number for pk, number, _ in found if number}
