"""The tally of stems follows what is written."""

from collections import Counter
from decimal import Decimal

import pytest
from django.db import connection

from products import services
from products.models import Product, StemTally
from products.services.loading import LoadedProduct
from tests.factories import CategoryFactory, ProductFactory
from tests.processes import at_once

pytestmark = pytest.mark.django_db


def tally():
    """The tally, by stem and category."""
    totals = Counter()
    for *key, products in StemTally.objects.values_list("stem", "category_id", "products"):
        totals[tuple(key)] += products
    return {key: total for key, total in totals.items() if total}


def counted():
    """What the tally should be."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT lexeme, category_id, count(*) FROM products_product, "
            "unnest(to_tsvector('catalogue_stems', translate(name, '-#=', '   '))) GROUP BY 1, 2"
        )
        return {(stem, category): number for stem, category, number in cursor.fetchall()}


@pytest.mark.django_db(transaction=True)
def test_the_tally_follows_every_kind_of_write():
    lamps, mugs = CategoryFactory(slug="lamps"), CategoryFactory(slug="mugs")
    ProductFactory(name="Red Lamps red", category=lamps)
    ProductFactory(name="Blue lamp", category=lamps)
    assert tally() == {("red", lamps.pk): 1, ("lamp", lamps.pk): 2, ("blue", lamps.pk): 1}
    Product.objects.filter(name="Blue lamp").update(name="Red lamp", price=3)
    assert tally() == {("red", lamps.pk): 2, ("lamp", lamps.pk): 2}
    Product.objects.update(category=mugs)
    assert tally() == {("red", mugs.pk): 2, ("lamp", mugs.pk): 2}
    Product.objects.update(price=7)
    Product.objects.filter(price=7, name="Red lamp").delete()
    assert tally() == counted() == {("red", mugs.pk): 1, ("lamp", mugs.pk): 1}
    with connection.cursor() as cursor:
        cursor.execute("UPDATE products_product SET id = gen_random_uuid(), name = 'Cup'")
        assert tally() == {("cup", mugs.pk): 1}
        cursor.execute("TRUNCATE products_product CASCADE")
    assert tally() == {}


@pytest.mark.django_db(transaction=True)
def test_the_tally_follows_a_load_of_several_batches(monkeypatch):
    monkeypatch.setattr("products.services.loading.BATCH_ROWS", 3)
    category = CategoryFactory()
    now = ProductFactory(name="Lamp", category=category).created_at

    def rows(name):
        for number in range(10):
            new = ProductFactory.build()
            yield LoadedProduct(new.pk, f"{name} {number}", "", Decimal(1), category.pk, now, now, f"key:{number}")

    services.upsert_products(rows("Old lamps"))
    assert tally() == counted()
    services.upsert_products(rows("Mugs"))
    assert tally() == counted()
    assert tally()["mug", category.pk] == 10
    ProductFactory(name="Mug", category=category)  # as ever, afterwards
    assert tally()["mug", category.pk] == 11


def whole_reads(cursor):
    """How often the tallies were read from one end to the other; tests before this one may be counted as well."""
    cursor.execute("SELECT sum(seq_scan)::int FROM pg_stat_xact_user_tables WHERE relname ~ 'products_.*tally'")
    return cursor.fetchone()[0]


def test_a_load_into_an_empty_table_does_not_read_it_for_each_counter():
    category = CategoryFactory()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE products_stemtally, products_producttally")  # which are known to be empty
        before = whole_reads(cursor)
        now = ProductFactory.build().created_at
        services.insert_products(
            LoadedProduct(ProductFactory.build().pk, f"Word{number}", "", Decimal(number), category.pk, now, now)
            for number in range(1_000)
        )
        assert whole_reads(cursor) - before < 100
    assert len(tally()) == 1_000


@pytest.mark.django_db(transaction=True)
def test_writers_do_not_wait_for_each_other_at_the_tally(other_connection):
    category = ProductFactory(name="Lamp").category
    with other_connection.cursor() as cursor:  # in a transaction that goes on
        cursor.execute("UPDATE products_stemtally SET products = products + 1")
    at_once(4, lambda _: ProductFactory(name="Lamp", category=category))
    assert tally() == {("lamp", category.pk): 5}
