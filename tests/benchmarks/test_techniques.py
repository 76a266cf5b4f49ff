"""What each technique gains can be measured, whatever has been renamed meanwhile."""

import os
from datetime import datetime
from decimal import Decimal
from importlib import import_module
from unittest.mock import patch

import pytest

from ecommerce_backend import wsgi
from products.models import Product
from products.querysets.selection import Selection
from tests.factories import CategoryFactory, ProductFactory


@pytest.fixture
def techniques(transactional_db, settings):
    """The module, which sets its environment when it is imported: no answer comes from memory. One round will do."""
    settings.SECURE_SSL_REDIRECT = False
    with patch.dict(os.environ):
        module = import_module("benchmarks.techniques")
    with patch.multiple(module, application=wsgi.django, ROUNDS=1, REQUESTS=1, WARM_UP=1):
        yield module


def test_every_technique_is_turned_off_and_measured(techniques, capsys):
    ProductFactory.create_batch(3, category=CategoryFactory(slug="electronics"))
    techniques.main()
    told = capsys.readouterr().out.splitlines()
    assert [line.partition("  ")[0] for line in told[2:]] == [*techniques.WITHOUT]


def test_without_text_prices_and_times_are_objects(techniques):
    ProductFactory()
    [as_text] = Product.objects.all().selected(Selection()).page(0, 1).rows
    with techniques.objects_of_all():
        [as_objects] = Product.objects.all().selected(Selection()).page(0, 1).rows
    assert [type(each) for each in (as_text.price, as_text.created_at, as_text.updated_at)] == [str, str, str]
    assert [type(each) for each in (as_objects.price, as_objects.created_at, as_objects.updated_at)] == [
        Decimal,
        datetime,
        datetime,
    ]


def test_what_is_not_answered_is_not_measured(techniques):
    with pytest.raises(SystemExit, match=r"^404 Not Found, .* is answered to [?]page=none: "):
        techniques.call("page=none", "")
