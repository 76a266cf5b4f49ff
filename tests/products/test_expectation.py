"""What PostgreSQL expects of a search, whatever it would do to find it."""

import pytest
from django.db import connection

from products.models import Product
from products.querysets import expectation
from products.querysets.selection import Selection
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("parallel", ["off", "on"])
def test_several_processes_are_not_taken_for_fewer_rows(parallel):
    for number in range(30):
        ProductFactory(name=f"{'Lamp' if number % 2 else 'Mug'} {number}")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE products_product")
        # Plans whatever it can for several processes; so it is called since PostgreSQL 16.
        name = "debug_parallel_query" if connection.pg_version >= 160000 else "force_parallel_mode"
        cursor.execute(f"SET LOCAL {name} = {parallel}")
    found = Product.objects.all().selected(Selection(search="lamp"))
    assert expectation.planned(found) == 15
