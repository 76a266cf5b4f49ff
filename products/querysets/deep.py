"""Deep pages of what no index has in their order: to sort all that comes before takes longer than to find it.

A sample says between which values of the first column such a page lies. What comes before the first of them is counted,
and no more is sorted than what lies between. Where the sample was wrong, it shows in the count.
"""

from typing import TYPE_CHECKING

from ecommerce_backend.statements import fetch
from products.querysets.counts import Counts
from products.querysets.expectation import everything
from products.querysets.pages import PAGE, orders, picking, rows_and_count, sorted_rows
from products.querysets.rows import ProductRow, columns, ordering
from products.querysets.sample import surroundings

if TYPE_CHECKING:
    from products.querysets.products import ProductQuerySet

DEEP = 10_000  # rows are sorted in a few milliseconds, and a sample takes as long
# A bound that is NULL, since the page is too near to an end to have it, leaves nothing out.
_WITH_OTHERS = """
    WITH hits AS MATERIALIZED ({hits}),
    others AS MATERIALIZED (SELECT count(*) AS number FROM hits WHERE "{first}" {before} %s)
"""
_THOSE_LEFT = 'SELECT * FROM hits WHERE ("{first}" {before} %s) IS NOT TRUE'


def sorted_page(queryset: "ProductQuerySet", offset: int, limit: int, counts: Counts) -> list[ProductRow]:
    """`limit` rows from row `offset` on, of all that are found, sorted; they are about `counts.selected`.

    Cost: one query; for a deep page two, and three where the sample was wrong.
    """
    if min(offset + limit, counts.selected) > DEEP and columns(queryset)[0] != "rank":
        rows = _page_between(queryset, offset, limit, counts)
        if rows is not None:
            return rows
    return sorted_rows(queryset, offset, limit)


def _page_between(queryset: "ProductQuerySet", offset: int, limit: int, counts: Counts) -> list[ProductRow] | None:
    """The same, sorting what surrounds the page; None where it lies elsewhere. Cost: two queries."""
    first, is_descending = ordering(queryset)[0]
    before, until = (">", "gte") if is_descending else ("<", "lte")
    total = everything(queryset, counts.in_index)
    low, high = surroundings(queryset, total, counts.selected, offset, limit)
    among = queryset.started() if high is None else queryset.started().filter(**{f"{first}__{until}": high})
    hits, params = picking(among)
    names = {"hits": hits, "first": first, "before": before}
    number = "(SELECT number FROM others)"
    window = {"limit": limit, "offset": f"greatest(0, {offset} - {number})"}
    those = {"counting": number, "picked": _THOSE_LEFT.format(**names)}
    sql = _WITH_OTHERS.format(**names) + PAGE.format(**those, **window, **orders(queryset, inner="hits"))
    rows, others = rows_and_count(fetch(queryset.db, sql, [*params, low, low]))
    is_there = others <= offset and (high is None or len(rows) == limit)
    return rows if is_there else None
