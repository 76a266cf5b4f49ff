"""Writes of many products at once, through COPY. Memory stays flat: rows are taken from an iterator in batches."""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from io import StringIO
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction

logger = logging.getLogger(__name__)

BATCH_ROWS = 20_000
# Any number, the same for every loader: one loads at a time, so that two never take the same key for new.
LOADING_LOCK = 7_201_500


class LoadedProduct(NamedTuple):
    """One product, as it is loaded. `description` None: leave it, or blank for a new product."""

    id: UUID
    name: str
    description: str | None
    price: Decimal
    category_id: UUID
    created_at: datetime
    updated_at: datetime
    import_key: str | None = None


class Upserted(NamedTuple):
    """What became of a number of rows."""

    created: int
    updated: int
    unchanged: int


_ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}  # the backslash first: the others put in more
_COLUMNS = ", ".join(LoadedProduct._fields)
_INSERT = f"""
    INSERT INTO products_product ({_COLUMNS})
    SELECT {_COLUMNS.replace("description", "coalesce(description, '')")} FROM product_staging AS staged
"""  # noqa: S608 - nothing but column names
_UPDATE = """
    UPDATE products_product AS product
    SET name = staged.name, description = coalesce(staged.description, product.description),
        price = staged.price, category_id = staged.category_id,
        updated_at = greatest(staged.updated_at, product.updated_at + interval '1 microsecond')
    FROM product_staging AS staged
    WHERE product.import_key = staged.import_key
      AND (product.name, product.description, product.price, product.category_id) IS DISTINCT FROM
          (staged.name, coalesce(staged.description, product.description), staged.price, staged.category_id)
"""

# What the triggers put into these tables meanwhile, once for each batch, is put into the tallies at the end.
_BEGIN_TALLYING = """
    CREATE TEMPORARY TABLE product_loading (category_id uuid, step integer, bucket integer, change bigint)
        ON COMMIT DROP;
    CREATE TEMPORARY TABLE stem_loading (stem text, category_id uuid, change bigint) ON COMMIT DROP;
    SET LOCAL products.loading = on
"""
_TALLY = """
    SET LOCAL products.loading = off;
    SELECT products_tally(array_agg(category_id), array_agg(step), array_agg(bucket), array_agg(change)) FROM (
        SELECT category_id, step, bucket, sum(change)::bigint AS change FROM product_loading GROUP BY 1, 2, 3
    ) AS changes;
    SELECT products_tally_stems(array_agg(stem), array_agg(category_id), array_agg(change)) FROM (
        SELECT stem, category_id, sum(change)::bigint AS change FROM stem_loading GROUP BY 1, 2
    ) AS changes;
    DROP TABLE product_loading, stem_loading
"""


def insert_products(rows: Iterable[LoadedProduct]) -> int:
    """Insert the rows whose id is not there yet and return how many that were. All or nothing.

    Cost: one COPY and one INSERT per 20,000 rows.
    """
    inserted = 0
    with transaction.atomic(), connection.cursor() as cursor, _tallied_at_the_end(cursor):
        for _ in _staged(rows, cursor):
            cursor.execute(f"{_INSERT} ON CONFLICT (id) DO NOTHING")
            inserted += cursor.rowcount
    return inserted


def upsert_products(rows: Iterable[LoadedProduct]) -> Upserted:
    """Update the products that have a row's `import_key`, where they differ, and insert the other rows.

    All or nothing. A key must not come twice. `updated_at` never goes back: whoever follows changes by it would miss
    what is loaded over a change that came after the row's. Cost: one COPY, one UPDATE and one INSERT per 20,000 rows.
    """
    created = updated = total = 0
    with transaction.atomic(), connection.cursor() as cursor, _tallied_at_the_end(cursor):
        for size in _staged(rows, cursor):
            cursor.execute(_UPDATE)
            updated += cursor.rowcount
            cursor.execute(
                f"{_INSERT} WHERE NOT EXISTS "
                "(SELECT FROM products_product AS product WHERE product.import_key = staged.import_key)"
            )
            created += cursor.rowcount
            total += size
    return Upserted(created=created, updated=updated, unchanged=total - created - updated)


def clear_catalogue() -> tuple[int, int]:
    """Delete every product and every category and return how many of each there were. Cost: two DELETEs and an ANALYZE.

    In SQL: Django would load every row, to tell the audit log about each.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        lock_loading()
        cursor.execute("DELETE FROM products_product")
        products = cursor.rowcount
        cursor.execute("DELETE FROM products_category")
        categories = cursor.rowcount
        cursor.execute("ANALYZE products_product")  # its statistics are of a shop that is gone
        return products, categories


def lock_loading() -> None:
    """Be the only loader until the transaction ends, however long its statements take; waits for another."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0")
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOADING_LOCK])
        [is_mine] = cursor.fetchone()
        if not is_mine:
            logger.warning("Another import, or a loading of the sample shop, is at work. This one begins when it ends.")
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOADING_LOCK])


@contextmanager
def _tallied_at_the_end(cursor: Any) -> Iterator[None]:
    """Be the only loader, and count what is loaded into the tallies at once, afterwards.

    Batch after batch in one transaction would leave a dead version of each row of them, for every batch.
    """
    lock_loading()
    cursor.execute(_BEGIN_TALLYING)
    yield
    cursor.execute(_TALLY)
    # Before statistics are there, the planner takes a new table for a small one.
    cursor.execute("ANALYZE products_product, products_producttally, products_stemtally, products_productword")


def _staged(rows: Iterable[LoadedProduct], cursor: Any) -> Iterator[int]:
    """Put the rows into the temporary table `product_staging`, a batch at a time; yields the size of each."""
    cursor.execute("CREATE TEMPORARY TABLE product_staging (LIKE products_product) ON COMMIT DROP")
    cursor.execute("ALTER TABLE product_staging ALTER description DROP NOT NULL")
    iterator = iter(rows)
    while batch := list(islice(iterator, BATCH_ROWS)):
        file = StringIO("".join(map(_as_line, batch)))
        cursor.copy_expert(f"COPY product_staging ({_COLUMNS}) FROM STDIN", file)
        yield len(batch)
        cursor.execute("TRUNCATE product_staging")
    cursor.execute("DROP TABLE product_staging")


def _as_line(row: LoadedProduct) -> str:
    """A line of COPY's text format, in which no value can be taken for NULL or for the end of the data."""
    fields = ("\\N" if value is None else _escaped(value) if isinstance(value, str) else str(value) for value in row)
    return "\t".join(fields) + "\n"


def _escaped(text: str) -> str:
    for character, escape in _ESCAPES.items():  # str.translate takes fifteen times as long where there is none
        text = text.replace(character, escape)
    return text
