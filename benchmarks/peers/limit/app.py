"""The peer `limit`: a bare WSGI function that hands out the JSON that one SQL statement returns.

Nothing is checked, nothing is documented, nobody may write: what is left is what PostgreSQL and gunicorn can do.
"""

import os
import re
import threading
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

import psycopg2

PAGE_SIZE = 20
ALL = "00000000-0000-0000-0000-000000000000"

ROW = """json_build_object(
    'id', p.id, 'name', p.name, 'description', p.description, 'price', p.price::text,
    'category', json_build_object('id', c.id, 'name', c.name, 'slug', c.slug),
    'created_at', p.created_at, 'updated_at', p.updated_at)"""
PRODUCT = f"SELECT {ROW}::text FROM product p JOIN category c ON c.id = p.category_id WHERE p.id = %(id)s"
CATEGORIES = """
    SELECT json_build_object('count', (SELECT count(*) FROM category), 'results', json_agg(row))::text FROM (
        SELECT c.id, c.name, c.slug, t.products AS product_count
        FROM category c LEFT JOIN tally t ON t.category_id = c.id AND t.whole_price = -1
        ORDER BY c.name, c.id LIMIT 20) row"""
PAGE = """
    {hits} SELECT json_build_object('count', ({count}), 'results', coalesce((
        SELECT json_agg({row} ORDER BY p.{key} {way}, p.id {way})
        FROM ({page}) p JOIN category c ON c.id = p.category_id), '[]'))::text"""
SLICE = "ORDER BY {key} {way}, id {way} LIMIT {size} OFFSET %(offset)s"

IN_CATEGORY = "category_id = (SELECT id FROM category WHERE slug = %(category)s)"
MATCHES = "to_tsvector('simple', name) @@ to_tsquery('simple', %(words)s)"
TALLY = f"SELECT products FROM tally WHERE whole_price = -1 AND category_id = '{ALL}'"
CATEGORY_TALLY = f"SELECT coalesce(sum(products), 0) FROM tally WHERE whole_price = -1 AND {IN_CATEGORY}"
# Whole prices from the tally, and what is left at both ends from the index.
RANGE_TALLY = f"""
    SELECT (SELECT coalesce(sum(products), 0) FROM tally WHERE category_id = '{ALL}'
              AND whole_price >= ceil(%(low)s::numeric) AND whole_price < floor(%(high)s::numeric))
         + (SELECT count(*) FROM product
            WHERE price >= %(low)s::numeric AND price < least(ceil(%(low)s::numeric), floor(%(high)s::numeric)))
         + (SELECT count(*) FROM product WHERE price >= greatest(floor(%(high)s::numeric), %(low)s::numeric)
              AND price <= %(high)s::numeric)"""

_local = threading.local()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """The answer to a request, as bytes."""
    sql, values = statement(environ["PATH_INFO"], environ["QUERY_STRING"])
    cursor().execute(sql, values)
    row = cursor().fetchone()
    body = row[0].encode() if row else b"{}"
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
    start_response("200 OK" if row else "404 Not Found", headers)
    return [body]


def cursor() -> Any:
    """This thread's cursor, on its own connection, which stays open."""
    if not hasattr(_local, "cursor"):
        connection = psycopg2.connect(os.environ["DATABASE_URL"], options="-c search_path=limit_ -c timezone=UTC")
        connection.autocommit = True
        _local.cursor = connection.cursor()
    return _local.cursor


def statement(path: str, query_string: str) -> tuple[str, dict[str, Any]]:
    """The one statement that answers a request, and its values."""
    if path == "/api/categories/":
        return CATEGORIES, {}
    if path != "/api/products/":
        return PRODUCT, {"id": path.split("/")[3]}
    query = {name: values[-1] for name, values in parse_qs(query_string).items()}
    ordering = query.get("ordering", "-created_at")
    values = {"offset": (int(query.get("page", 1)) - 1) * PAGE_SIZE, "category": query.get("category")}
    order = {"key": ordering.lstrip("-"), "way": "DESC" if ordering.startswith("-") else "ASC", "size": PAGE_SIZE}
    if "search" in query:
        # The beginnings of words are found, whole words among them.
        values["words"] = " & ".join(f"{word}:*" for word in re.findall(r"\w+", query["search"]))
        return page_of_matches(query, order), values
    values |= {"low": query.get("min_price", "0"), "high": query.get("max_price", "99999999.99")}
    return page_in_order(query, order, deep=values["offset"] > 0), values


def page_in_order(query: dict[str, str], order: dict[str, Any], *, deep: bool) -> str:
    """A page along the index of its order. A deep one by ids first: down to there only the index is read."""
    where, count = "", TALLY
    if "category" in query:
        where, count = f"WHERE {IN_CATEGORY}", CATEGORY_TALLY
    elif "min_price" in query or "max_price" in query:
        where, count = "WHERE price BETWEEN %(low)s::numeric AND %(high)s::numeric", RANGE_TALLY
    page = f"SELECT {'id' if deep else '*'} FROM product {where} {SLICE.format(**order)}"
    if deep:
        page = f"SELECT product.* FROM product JOIN ({page}) ids USING (id)"
    return PAGE.format(hits="", count=count, row=ROW, page=page, **order)


def page_of_matches(query: dict[str, str], order: dict[str, Any]) -> str:
    """A page of what a search finds: every match once, for the exact count, sorted afterwards."""
    where = f"{MATCHES} AND {IN_CATEGORY}" if "category" in query else MATCHES
    hits = f"WITH hits AS MATERIALIZED (SELECT id, {order['key']} FROM product WHERE {where})"
    page = f"SELECT product.* FROM product JOIN (SELECT id FROM hits {SLICE.format(**order)}) ids USING (id)"
    return PAGE.format(hits=hits, count="SELECT count(*) FROM hits", row=ROW, page=page, **order)
