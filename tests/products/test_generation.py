"""The number that moves with every change of the catalogue."""

import pytest
from django.db import connection

from products.models import Category, Generation, Product
from tests.factories import CategoryFactory, ProductFactory
from tests.processes import at_once

pytestmark = pytest.mark.django_db


def writes():
    """Every way to change what a list shows."""
    return {
        "insert": lambda: ProductFactory(name="New"),
        "save": lambda: Product.objects.get().save(),
        "update": lambda: Product.objects.update(price=1),
        "delete": lambda: Product.objects.all().delete(),
        "rename the category": lambda: Category.objects.update(name="Other"),
        "add a category": CategoryFactory,
    }


@pytest.mark.parametrize("write", writes())
def test_every_write_moves_the_generation(write):
    ProductFactory()
    before = Generation.objects.current()
    writes()[write]()
    assert Generation.objects.current() > before


@pytest.mark.django_db(transaction=True)
def test_a_catalogue_that_is_made_anew_has_no_number_of_the_one_before():
    CategoryFactory()
    before = Generation.objects.current()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE products_generation, products_category CASCADE")
    CategoryFactory()
    assert Generation.objects.current() > before


@pytest.mark.django_db(transaction=True)
def test_writers_do_not_wait_for_each_other_at_the_generation(other_connection):
    CategoryFactory()
    with other_connection.cursor() as cursor:  # in a transaction that goes on
        cursor.execute("UPDATE products_category SET name = name")
    before = Generation.objects.current()
    at_once(4, lambda _: CategoryFactory())
    meanwhile = Generation.objects.current()
    assert meanwhile > before
    other_connection.commit()
    assert Generation.objects.current() > meanwhile
