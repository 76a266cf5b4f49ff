"""The indexes of products, taken off while many are loaded."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from django.db import connection, models, transaction

from products.models import Product
from products.services.loading import lock_loading


@contextmanager
def without_indexes(shown: Callable[[list[models.Index]], Iterable[models.Index]] = iter) -> Iterator[None]:
    """Take the indexes of products off within the block, and build them at its end: all in one transaction.

    - `shown`: what wraps the iteration over the indexes while they are built, such as a progress bar.

    Building an index reads the table once, and leaves no page half empty; keeping it up to date finds a page for every
    row. What is unique stays unique meanwhile. Cost: a lock that keeps out whoever reads or writes products.
    Source: https://www.postgresql.org/docs/current/populate.html#POPULATE-RM-INDEXES.
    """
    indexes = [*Product._meta.indexes]
    with transaction.atomic():
        lock_loading()
        with connection.cursor() as cursor:
            # A table with checks left for the end of the transaction cannot be altered.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with connection.schema_editor(atomic=False) as editor:
            for index in indexes:
                editor.remove_index(Product, index)
        yield
        with connection.schema_editor(atomic=False) as editor:
            for index in shown(indexes):
                editor.add_index(Product, index)
