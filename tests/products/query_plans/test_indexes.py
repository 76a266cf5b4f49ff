"""Pages and counts are served by the indexes that were made for them."""

import pytest
from django.db import connection

from tests.products.query_plans.conftest import CATEGORIES, nodes

pytestmark = pytest.mark.django_db


def index_only():
    """In this transaction no page is known to be visible to all, so the planner would see no gain in an index alone."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_bitmapscan = off; SET LOCAL enable_seqscan = off")


@pytest.mark.parametrize(
    ("query", "index"),
    [
        ("", "product_created_at"),
        ("ordering=created_at", "product_created_at"),
        ("ordering=price", "product_price"),
        ("ordering=-name", "product_name"),
        ("ordering=updated_at", "product_updated_at"),
        ("category=garden", "product_category_created_at"),
        ("category=electronics&ordering=-price", "product_category_price"),
        ("category=electronics&min_price=100&max_price=101&ordering=price", "product_category_price"),
        ("min_price=100&max_price=101&ordering=-price", "product_price"),
        ("page=2000&page_size=40", "product_created_at"),
        ("search=refurb sofa oak", "product_words"),
    ],
)
def test_a_page_is_served_by_the_index_that_was_made_for_it(plans, query, index):
    assert index in {node.get("Index Name") for plan in plans(query) for node in nodes(plan)}


@pytest.mark.parametrize("bound", ["created_after=2024-01-01", "created_before=2024-01-01", "updated_after=2024-01-01"])
@pytest.mark.parametrize("category", CATEGORIES[:2])
def test_prices_and_days_are_counted_without_a_look_at_the_table(plans, bound, category):
    index_only()
    index = "product_category_price" if category else "product_price"
    found = [node for plan in plans(f"min_price=100&max_price=101&{bound}&{category}") for node in nodes(plan)]
    assert "Index Only Scan" in {node["Node Type"] for node in found if node.get("Index Name") == index}


@pytest.mark.parametrize("bounds", ["min_price=5&created_after=2023-02-01", "max_price=2000&updated_after=2023-03-01"])
@pytest.mark.parametrize("category", CATEGORIES[:2] + CATEGORIES[3:4] + CATEGORIES[5:])
def test_pages_between_bounds_are_found_in_an_index_alone(plans, bounds, category):
    """Where rows are read on the way, PostgreSQL may take it for shorter to sort all that an index has."""
    index_only()
    for ordering in ("created_at", "-updated_at", "price", "name", "-name,price", "price,name", "-created_at,name"):
        *_, page = plans(f"{bounds}&{category}&ordering={ordering}")
        scans = [node for node in nodes(page) if node.get("Relation Name") == "products_product"]
        walks = [node for node in scans if node["Index Name"] != "products_product_pkey"]
        assert {node["Node Type"] for node in walks} == {"Index Only Scan"}


def test_a_category_is_found_by_its_slug(large_shop):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")  # there are 24 of them: any plan is good for now
        cursor.execute("EXPLAIN SELECT id FROM products_category WHERE slug = 'toys'")
        assert "products_category_slug" in cursor.fetchall()[0][0]
