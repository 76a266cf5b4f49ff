"""What the tests of products share."""

import pytest

from products.models import Product
from tests.factories import CategoryFactory


@pytest.fixture
def body(db):
    """A product that can be created."""
    return {
        "name": "Desk Lamp",
        "description": "Bends.",
        "price": "19.99",
        "category": CategoryFactory(slug="lamps").slug,
    }


def stored():
    """Every product, as the database has it."""
    return list(Product.objects.order_by("pk").values())
