"""What the tests of products share."""

import pytest
from django.contrib.auth.models import Group

from products.models import Product
from tests.factories import CategoryFactory, ProductFactory, UserFactory


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


@pytest.fixture
def shop(db):
    """Two categories with products of several prices, and one without."""
    mugs, lamps = CategoryFactory(name="Mugs", slug="mugs"), CategoryFactory(name="Lamps", slug="lamps")
    CategoryFactory(name="Empty", slug="empty")
    for price in ("0", "0.99", "5", "5.50", "12"):
        ProductFactory(name=f"Mug {price}", price=price, category=mugs)
    for price in ("5.49", "100"):
        ProductFactory(name=f"Lamp {price}", price=price, category=lamps)


@pytest.fixture
def staff(client, db):
    """A catalogue editor who may use the admin, signed in through its page."""
    user = UserFactory(username="nora", is_staff=True)
    user.groups.add(Group.objects.get(name="Catalogue editors"))
    response = client.post("/admin/login/", {"username": "Nora", "password": "correct horse 9"})
    assert response.status_code == 302
    return client


def opened(staff, path):
    """What a browser sends back from the form on this page of the admin, when nothing is changed in it."""
    form = staff.get(path).context["adminform"].form
    return {bound.name: _as_sent(bound.value()) for bound in form}


def _as_sent(value):
    if isinstance(value, list):  # of several choices
        return [str(each) for each in value]
    return "" if value is None else str(value)
