"""Walks along an index that go no further than they may."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from products.models import Product
from products.querysets import pages
from products.querysets.selection import Selection
from tests.factories import CategoryFactory, ProductFactory

pytestmark = pytest.mark.django_db

PRODUCTS = 150
BOUNDS = [{"min_price": 3, "created_after": datetime(2025, 1, 3, tzinfo=UTC)}, {"max_price": 8}]


@pytest.fixture(autouse=True)
def shop():
    """Of each value many have the same."""
    dice = random.Random(3)
    shelves = [CategoryFactory(slug=slug) for slug in "abcd"]
    moments = [datetime(2025, 1, 1, tzinfo=UTC) + timedelta(days=day) for day in range(12)]
    Product.objects.bulk_create(
        ProductFactory.build(
            name=f"Mug {dice.randrange(4)}",
            price=dice.randrange(12),
            category=dice.choice([*shelves, *shelves[2:] * 3]),
            created_at=dice.choice(moments),
            updated_at=dice.choice(moments),
        )
        for _ in range(PRODUCTS)
    )


@pytest.mark.parametrize("category", [None, ["c"], ["a", "b"], ["a", "c", "d"]], ids=str)
@pytest.mark.parametrize(
    "order",
    [["price"], ["-price", "name"], ["created_at", "-price"], ["-updated_at", "-name"], ["name", "-created_at"]],
)
def test_a_page_that_is_whole_is_that_of_the_list_wherever_the_walk_ends(order, category):
    whole = 0
    for bounds in BOUNDS:
        queryset = Product.objects.selected(Selection(category=category, **bounds)).order_by(*order, "-pk")
        listed = [str(pk) for pk in queryset.values_list("pk", flat=True)]
        for offset in (0, 4, 9):
            for no_further in (5, 20, 40, 70, 100, PRODUCTS):
                rows, _ = pages.walked(queryset, offset, 5, ("0", []), no_further=no_further)
                if len(rows) == 5:
                    assert [row.pk for row in rows] == listed[offset : offset + 5]
                    whole += 1
        assert whole
        assert len(rows) == len(listed[offset : offset + 5])  # where it may go to the end


def test_vacuum_keeps_up_with_changes_so_that_an_index_can_be_read_alone():
    with connection.cursor() as cursor:
        cursor.execute("SELECT reloptions FROM pg_class WHERE oid = 'products_product'::regclass")
        [[options]] = cursor.fetchall()
    assert {"autovacuum_vacuum_scale_factor=0.02", "autovacuum_vacuum_insert_scale_factor=0.02"} <= {*options}
