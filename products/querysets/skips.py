"""Deep pages in the order of prices or of days of creation: the tally says in which of its buckets they begin.

What lies before that bucket is not read: of the way to page 5,000 no more is left than a day's products, or a price's.
"""

from typing import TYPE_CHECKING

from django.db.models import Q

from ecommerce_backend.statements import SQL, fetch
from products.querysets.buckets import STEPS_OF, preceding, span
from products.querysets.rows import ordering
from products.querysets.tally import category_scope, summing

if TYPE_CHECKING:
    from products.querysets.products import ProductQuerySet

FAR = 10_000  # rows are passed over in the time that it takes to ask

_EVERYTHING = "WITH everything AS (SELECT 0::bigint AS passed, %s + {preceding} AS number)"
# From wide buckets to narrow ones: that with row `number` of the order, and how many come before it.
_NARROWER = """
    , {name} AS MATERIALIZED (
        SELECT bucket, passed, number FROM (
            SELECT tally.bucket, wider.number, sum(tally.products) AS products,
            wider.passed + sum(sum(tally.products)) OVER (ORDER BY tally.bucket {way}) - sum(tally.products) AS passed
            FROM {wider} AS wider, products_producttally AS tally
            WHERE tally.step = {step} AND tally.category_id {scope} {within}
            GROUP BY tally.bucket, wider.number, wider.passed
        ) AS buckets
        WHERE passed + products > number ORDER BY bucket {way} LIMIT 1
    )
"""
_WITHIN = "AND tally.bucket BETWEEN wider.bucket * {parts} AND wider.bucket * {parts} + {parts} - 1"


def skipped(queryset: "ProductQuerySet", offset: int) -> tuple["ProductQuerySet", int] | None:
    """The same rows from the bucket of row `offset` on, and which of those that row is; None where there is none.

    As they are where it is not far, or no bucket is to be skipped. There may be no bounds but on what comes first in
    the order. Cost: one query where it is far, in an order that begins with prices or days of creation; else none.
    """
    column, is_descending = ordering(queryset)[0]
    if offset < FAR or column not in STEPS_OF:
        return queryset, offset
    sql, params = _place(queryset, offset, STEPS_OF[column], is_descending=is_descending)
    found = fetch(queryset.db, sql, params, generic_plan=True)
    if not found:
        return None
    [[bucket, left]] = found
    if left >= offset:
        return queryset, offset
    low, high = span(column, bucket)
    rest = queryset.all()
    rest.start = queryset.start & Q(**({f"{column}__lte": high} if is_descending else {f"{column}__gte": low}))
    return rest, left


def _place(queryset: "ProductQuerySet", offset: int, steps: tuple[int, ...], *, is_descending: bool) -> SQL:
    """The statement that finds the narrowest bucket with row `offset`, and which of its rows that is."""
    scope = category_scope(queryset)
    those_before = preceding(queryset.selection, is_descending=is_descending)
    before, params = summing(scope, those_before) if those_before else ("0", [])
    sql = _EVERYTHING.format(preceding=before)
    names = {"scope": scope.condition, "way": "DESC" if is_descending else "ASC"}
    wider, width = "everything", 0
    for step in steps:
        name, within = f"by_{abs(step)}", _WITHIN.format(parts=width // step) if width else ""
        sql += _NARROWER.format(name=name, wider=wider, step=step, within=within, **names)
        wider, width = name, step
    sql += f"SELECT bucket, (number - passed)::bigint FROM {wider}"  # noqa: S608 - constants
    return sql, [offset, *params, *(scope.ids * len(steps))]
