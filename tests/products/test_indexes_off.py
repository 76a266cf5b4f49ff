"""Products are loaded without their indexes, which are built afterwards."""

from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection

from products import services
from products.models import Product
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db
UNIQUE = ["product_import_key_unique", "products_product_pkey"]


def indexes():
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'products_product' ORDER BY 1")
        return dict(cursor.fetchall())


def test_only_what_is_unique_is_there_meanwhile_and_all_are_the_same_afterwards(api):
    before = indexes()
    with services.without_indexes():
        ProductFactory(name="Norvik Laptop")
        assert sorted(indexes()) == UNIQUE
    assert indexes() == before
    assert api.get("/api/products/", {"search": "laptop"}).json()["count"] == 1


def test_they_are_shown_while_they_are_built():
    shown = []

    def note(built):
        for index in built:
            shown.append(index.name)
            yield index

    with services.without_indexes(note):
        pass
    assert sorted([*shown, *UNIQUE]) == sorted(indexes())


@services.without_indexes()
def load_one_that_is_refused():
    ProductFactory()
    ProductFactory(category_id=uuid4())


def test_what_fails_meanwhile_leaves_indexes_and_products_as_they_were():
    before = indexes()
    with pytest.raises(IntegrityError):
        load_one_that_is_refused()
    assert (indexes(), Product.objects.count()) == (before, 0)


def test_the_command_loads_the_same_products_either_way():
    call_command("seed_catalogue", products=30, stdout=StringIO())
    expected = [*Product.objects.order_by("pk").values()]
    Product.objects.all().delete()
    call_command("seed_catalogue", products=30, rebuild_indexes=True, stdout=(out := StringIO()))
    assert [*Product.objects.order_by("pk").values()] == expected
    assert "Generated: 30 products added, 0 were there already." in out.getvalue()
