"""Which bounds leave products out, and which only seem to."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from products.models import Product
from products.querysets import Selection
from products.querysets.extent import needed
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db

FIRST, LAST = datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 12, 31, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)


@pytest.fixture
def shop():
    """Two products, the first and the last, both of them changed today."""
    return [ProductFactory(created_at=moment) for moment in (FIRST, LAST)]


@pytest.mark.parametrize(
    "idle",
    [
        {"min_price": Decimal(0)},
        {"max_price": Decimal("99999999.99")},
        {"created_after": FIRST},
        {"updated_after": LAST},
        {"created_before": datetime(2999, 12, 31, tzinfo=UTC)},
    ],
)
def test_a_bound_that_every_product_keeps_is_dropped(shop, idle):
    assert needed("default", Selection(search="mug", **idle)) == Selection(search="mug")


@pytest.mark.parametrize(
    "bounds",
    [
        {"min_price": Decimal("0.01"), "max_price": Decimal("99999999.98")},
        {"created_after": FIRST + MOMENT, "created_before": LAST - MOMENT},
        {"updated_after": datetime(2999, 12, 31, tzinfo=UTC)},
    ],
)
def test_others_are_kept(shop, bounds):
    assert needed("default", Selection(**bounds)) == Selection(**bounds)


@pytest.mark.parametrize(("odd", "is_kept"), [(None, False), (FIRST, False), (FIRST - MOMENT, True)])
def test_what_is_created_since_a_day_is_changed_since_then_unless_a_clock_went_back(shop, odd, is_kept):
    Product.objects.update(updated_at=FIRST - timedelta(days=9), created_at=FIRST - timedelta(days=9))
    ProductFactory(created_at=LAST)
    if odd is not None:
        Product.objects.filter(created_at=LAST).update(updated_at=odd)
    since = Selection(created_after=FIRST + MOMENT, updated_after=FIRST)
    assert needed("default", since) == (since if is_kept else Selection(created_after=since.created_after))


def test_what_newer_products_may_not_keep_is_kept(shop):
    until_now = Selection(created_before=timezone.now())
    assert needed("default", until_now) == until_now


def test_a_product_of_the_future_is_left_out_until_then(shop):
    ProductFactory(created_at=datetime(2999, 6, 1, tzinfo=UTC))
    until = Selection(created_before=datetime(2999, 5, 31, tzinfo=UTC))
    assert needed("default", until) == until


def test_without_products_every_bound_is_kept():
    bounds = Selection(created_after=FIRST, updated_after=FIRST, created_before=datetime(2999, 12, 31, tzinfo=UTC))
    assert needed("default", bounds) == bounds
