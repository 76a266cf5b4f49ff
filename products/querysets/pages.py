"""The statements that find a page: along the index of its order, or by sorting all that there is.

Which of them is asked, `plans` decides.
"""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models.expressions import RawSQL

from ecommerce_backend.statements import SQL, Rows, fetch
from products.querysets.rows import ProductRow, columns, compiled, conditions, has_rank, order_by, ordering
from products.querysets.walks import candidates, first_rows, is_covered, is_signed

if TYPE_CHECKING:
    from products.querysets.products import ProductQuerySet

RowsAndCount = tuple[list[ProductRow], Any]  # rows of a page, and what was counted on the way

# So few are read and sorted in a millisecond.
FEW = 500

# Ids, prices and times as text: to make objects of them, and text again, would take a sixth of the page's time.
_MOMENT = """to_char(products_product.{column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
_COLUMNS = f"""
    products_product.id::text, products_product.name, products_product.description, products_product.price::text,
    products_category.id::text, products_category.name, products_category.slug,
    {_MOMENT.format(column="created_at")}, {_MOMENT.format(column="updated_at")}
"""
_WITH_CATEGORY = "LEFT JOIN products_category ON products_category.id = products_product.category_id"
_JOINED = f"LEFT JOIN products_product ON products_product.id = picked.id {_WITH_CATEGORY}"
# Where the page is empty, one row without a product says how many there are.
_COUNTED = "FROM (SELECT {counting} AS number) AS counted LEFT JOIN"
_TABLE: SQL = ("products_product", [])
_ONE = f"SELECT {_COLUMNS} FROM products_product {_WITH_CATEGORY} WHERE products_product.id = %s"  # noqa: S608 - constants
_FIRST_PAGE = f"""
    SELECT {_COLUMNS}, {{rank}}, counted.number {_COUNTED}
    ({{picked}} ORDER BY {{order}} LIMIT {{limit}} OFFSET {{offset}}) AS products_product ON true {_WITH_CATEGORY}
    ORDER BY {{order_of_page}}
"""
# The ids first, and what belongs to them afterwards: down to a deep page the index alone is read.
PAGE = f"""
    SELECT {_COLUMNS}, {{rank}}, counted.number {_COUNTED}
    ({{picked}} ORDER BY {{order}} LIMIT {{limit}} OFFSET {{offset}}) AS picked ON true {_JOINED}
    ORDER BY {{order_of_page}}
"""
# Materialised, the hits are found by the conditions alone, as if all of them were wanted. `first` stops at its limit.
_FIRST_HITS = "WITH hits AS MATERIALIZED ({hits}), first AS NOT MATERIALIZED (SELECT * FROM hits LIMIT %s)"
_SORTED = f"""
    WITH hits AS MATERIALIZED ({{hits}})
    SELECT {_COLUMNS}, {{rank}} FROM
    (SELECT * FROM hits ORDER BY {{order}} LIMIT {{limit}} OFFSET {{offset}}) AS picked {_JOINED}
    ORDER BY {{order_of_page}}
"""  # noqa: S608
# An order goes on after what the index has: the page is found there by the first column, with the number of rows before
# those that share its first value, and only rows that share one with the page are sorted. Names, which no index of
# another order has, are looked up for these alone.
_PAST_OTHERS = """
    WITH page AS MATERIALIZED (
        SELECT min(value) AS low, max(value) AS high, min(before) AS before FROM (
            SELECT "{first}" AS value, rank() OVER (ORDER BY "{first}" {way}) - 1 AS before
            FROM {among} WHERE {where} ORDER BY 1 {way} LIMIT {limit} OFFSET {offset}
        ) AS values
    ), sharing AS MATERIALIZED (
        SELECT {indexed} FROM products_product
        WHERE {where} AND "{first}" BETWEEN (SELECT low FROM page) AND (SELECT high FROM page)
    )
    SELECT {ordered} FROM {sharing}
"""
# The first rows of each category, from its own part of the index.
_FIRST_OF_EACH = """
    SELECT first.* FROM unnest(%s::uuid[]) AS chosen (category_id),
    LATERAL ({picked} ORDER BY {order} LIMIT {depth}) AS first
"""


def counted_rows(queryset: "ProductQuerySet", offset: int, limit: int, *, at_most: int) -> RowsAndCount:
    """Rows of the first `at_most` that are found, sorted; and how many were found. Cost: one query."""
    hits, params = picking(queryset.started())
    those = {"counting": "(SELECT count(*) FROM first)", "picked": "SELECT * FROM first"}
    page = PAGE.format(**those, limit=limit, offset=offset, **orders(queryset, inner="first"))
    return rows_and_count(fetch(queryset.db, _FIRST_HITS.format(hits=hits) + page, [*params, at_most]))


def sorted_rows(queryset: "ProductQuerySet", offset: int, limit: int) -> list[ProductRow]:
    """Rows of all that are found, sorted. Cost: one query."""
    hits, params = picking(queryset.started())
    sql = _SORTED.format(hits=hits, limit=limit, offset=offset, **orders(queryset, inner="hits"))
    return [ProductRow(*row) for row in fetch(queryset.db, sql, params)]


def walked(
    queryset: "ProductQuerySet", offset: int, limit: int, counting: SQL, *, no_further: int | None = None
) -> RowsAndCount:
    """Rows in the order of an index, of the first `no_further` that are met; and what the expression `counting` counts.

    With nothing else, of several categories it finds `offset + limit` rows each.
    """
    counted, values = counting
    window = {"counting": counted, "offset": offset, "limit": limit}
    if no_further is None and queryset.has_several_categories and is_in_order(queryset):
        sql, params = _first_of_each(queryset, window)
    elif _goes_on(queryset) and (offset > FEW or no_further is not None):
        sql, params = _skipping(queryset, window, no_further)
    else:
        sql, params = _walking(queryset, window, no_further)
    # Nothing that the planner is told makes a difference, but for how deep the page is.
    generic_plan = queryset.selection.is_tallied and not offset and no_further in (None, FEW)
    return rows_and_count(fetch(queryset.db, sql, [*values, *params], generic_plan=generic_plan))


def _goes_on(queryset: "ProductQuerySet") -> bool:
    """Whether the order is that of an index, and goes on; not for searches."""
    return not queryset.selection.search and columns(queryset)[1:] != ["id"]


def _first_of_each(queryset: "ProductQuerySet", window: dict[str, Any]) -> SQL:
    picked, params = picking(queryset.started().filter(category=RawSQL("chosen.category_id", [])))
    depth = window["offset"] + window["limit"]
    first = _FIRST_OF_EACH.format(picked=picked, depth=depth, **orders(queryset, inner="products_product"))
    return PAGE.format(picked=first, **window, **orders(queryset, inner="first")), [queryset.category_ids, *params]


def _skipping(queryset: "ProductQuerySet", window: dict[str, Any], no_further: int | None) -> SQL:
    """The page of an order that is one of an index and goes on."""
    where, values = conditions(queryset.started())
    among, those = _TABLE if no_further is None else first_rows(queryset, no_further, whole=False, in_order=False)
    (first, is_descending), *_ = ordering(queryset)
    ordered = [f'products_product."{column}"' for column in columns(queryset)]
    names = {"first": first, "way": "DESC" if is_descending else "ASC", "among": among, "where": where}
    names |= {"ordered": ", ".join(ordered), "indexed": ", ".join(ordered), "sharing": "sharing AS products_product"}
    if not is_covered(queryset):
        names |= {"indexed": "id", "sharing": "sharing JOIN products_product USING (id)"}
    left = {**window, "offset": f"{window['offset']} - (SELECT before FROM page)"}  # noqa: S608 - a number
    page = _PAST_OTHERS.format(**names, **window)
    return PAGE.format(picked=page, **left, **orders(queryset, inner="products_product")), [*those, *values, *values]


def _walking(queryset: "ProductQuerySet", window: dict[str, Any], no_further: int | None) -> SQL:
    is_search = bool(queryset.selection.search)
    if is_search:
        queryset = queryset.in_its_categories()  # on a walk they count by their column: its indexes have the order
    # What a search walks past is read for its words; where the index has signatures, only what these do not rule out.
    whole = not window["offset"] and (no_further is None or is_search)
    among, inner = _TABLE, "products_product"
    if no_further is not None and is_signed(queryset):
        among, inner = candidates(queryset, no_further), "passed"
    elif no_further is not None:
        among = first_rows(queryset, no_further, whole=is_search)
    picked, params = picking(queryset.started(), whole=whole, among=among)
    statement, outer = (_FIRST_PAGE, "products_product") if whole else (PAGE, "picked")
    return statement.format(picked=picked, **window, **orders(queryset, inner=inner, outer=outer)), params


def rows_and_count(rows: Rows) -> RowsAndCount:
    """What a statement of a page and a count has found; an empty page is one row that has the count alone."""
    return [ProductRow(*row[:-1]) for row in rows if row[0] is not None], rows[0][-1]


def fetch_product(using: str, pk: UUID) -> ProductRow | None:
    """The product with this key; None when there is none. Cost: one query."""
    found = fetch(using, _ONE, [pk], generic_plan=True)
    return ProductRow(*found[0]) if found else None


def picking(queryset: "ProductQuerySet", *, whole: bool = False, among: SQL = _TABLE) -> SQL:
    """The statement that finds the rows, in no order, and its parameters: the order's columns, or all, and the rank."""
    rows, those = among
    ordered = ["*"] if whole else [f'"{column}"' for column in columns(queryset) if column != "rank"]
    picked = [f"products_product.{column}" for column in ordered]
    params = list[Any]()
    if has_rank(queryset):
        sql, params = compiled(queryset, queryset.query.annotations["rank"])
        picked.append(f"{sql} AS rank")
    where, values = conditions(queryset)
    return f"SELECT {', '.join(picked)} FROM {rows} WHERE {where}", [*params, *those, *values]  # noqa: S608


def orders(queryset: "ProductQuerySet", *, inner: str, outer: str = "picked") -> dict[str, str]:
    """The order of the inner SELECT and that of the page around it, by the tables' names there; and the rank."""
    rank = f"{outer}.rank" if has_rank(queryset) else "NULL::integer"
    return {"order": order_by(queryset, of=inner), "order_of_page": order_by(queryset, of=outer), "rank": rank}


def is_in_order(queryset: "ProductQuerySet") -> bool:
    """Whether an index has nothing but these rows, or those of each category, in this order.

    Every column of an order has an index, and one in each category. Where the order goes on, what has the same first
    value is sorted, and no more of it than it takes.
    """
    selection = queryset.selection
    return not selection.search and selection.columns <= {columns(queryset)[0]}
