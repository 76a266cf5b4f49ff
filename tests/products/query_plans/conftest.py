"""200,000 products, and the plans of the statements that read them."""

import json
import os
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from uuid_utils.compat import uuid7

from ecommerce_backend import prepared
from products import sample_data, services
from products.models import Category
from products.services.loading import LoadedProduct

ROWS = int(os.environ.get("PLAN_ROWS", "200000"))
RELICS, RELIC_PRICE = 11_000, Decimal("777.77")
# Rows that one node of a plan may see, and pages of 8 KiB that a statement may look at. The better one of walking and
# sorting reads some 2,000, the square root of 20 x ROWS, where the planner is left to choose some more; a search
# reads what it counts. Neither becomes much more with the table: at a million (PLAN_ROWS=1000000, an hour) eleven of
# the 127 tests that were run find a read over the same bounds, of 38,000 rows or 34,000 pages at most.
WALK_ROWS, WALK_BUFFERS = 8_000, 6_000
SEARCH_ROWS, SEARCH_BUFFERS = 25_000, 12_500

CATEGORIES = ["", "category=electronics", "category=pet-supplies", "category=garden,toys", "category=nope"]
CATEGORIES += ["category=books,electronics,garden,groceries,kitchen,laptops,lighting,pet-supplies,shoes,toys"]
CATEGORIES += ["category=books,groceries,laptops,lighting,pet-supplies,shoes,toys"]
PRICES = ["", "min_price=100&max_price=101", "min_price=20.50", "min_price=2000", "max_price=99999999.99"]
DATES = [
    "",
    "created_after=2025-12-31",
    "created_after=2023-01-01&created_before=2023-01-02",
    "updated_after=2025-12-31T20:00:00Z",
    "created_after=1999-01-01&created_before=2999-12-31&updated_after=1999-01-01",
]
ORDERINGS = ["", "price", "-price", "created_at", "updated_at", "-updated_at", "name", "-name"]
ORDERINGS += ["-created_at", "price,name", "-created_at,price", "-name,-price"]
WORDS = {
    "absent": "quuxor",
    "rare": "fjellmark",
    "two of which one is rare": "terracotta keyboard",
    "common": "sofa",
    "very common": "oak",
    "of two stems": "mice",
    "prefix": "s",
    "prefix of few": "fjellm",
    "two": "oak sofa",
    "a word and a letter": "oak s",
    "misspelled": "keybord",
    "compound": "terra cotta",
}


def relics():
    """Many with a word and a price of their own, all of them older than whatever else there is."""
    category = Category.objects.get(slug="garden")
    for number in range(RELICS):
        moment = datetime(1999, 1, 1, tzinfo=UTC) + timedelta(minutes=number)
        yield LoadedProduct(uuid7(), f"Relic {number}", "", RELIC_PRICE, category.pk, moment, moment)


@pytest.fixture(scope="package")
def large_shop(django_db_setup, django_db_blocker):
    """200,000 generated products, for this package only."""
    with django_db_blocker.unblock(), transaction.atomic():
        sample_data.load_sample_shop()
        services.insert_products(sample_data.generate_products(ROWS, seed=1))
        services.insert_products(relics())
        yield
        transaction.set_rollback(True)


@pytest.fixture
def plans(api, large_shop, monkeypatch):
    """The plans of all statements of a request. What may be prepared is."""
    monkeypatch.setattr(prepared, "PREPARE_AT", 1)

    def explain(query, path="/api/products/", client=api):
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(f"{path}?{query}")
        assert answer.status_code == 200, answer.content
        with connection.cursor() as cursor:
            for statement in [each["sql"] for each in captured if not each["sql"].startswith("EXPLAIN")]:
                cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) {statement}")
                [[[plan]]] = cursor.fetchall()
                yield plan["Plan"]

    return explain


def nodes(plan):
    yield plan
    for inner in plan.get("Plans", ()):
        yield from nodes(inner)


def rows_touched(plan):
    """The most rows that any node of the plan has seen, dropped ones included.

    Entries of a bitmap are no rows: an index of words gives tens of millions a second, packed on few pages.
    """
    seen = ((node, node["Actual Loops"]) for node in nodes(plan) if not node["Node Type"].startswith("Bitmap Index"))
    return max(
        loops * (node["Actual Rows"] + sum(number for key, number in node.items() if key.startswith("Rows Removed")))
        for node, loops in seen
    )


def buffers_touched(plan):
    """The pages that the statement has looked at."""
    return plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]


def assert_bounded(plan, query, rows, buffers):
    assert rows_touched(plan) <= rows, f"{query}\n{json.dumps(plan, indent=1)}"
    assert buffers_touched(plan) <= buffers, f"{query}\n{json.dumps(plan, indent=1)}"
