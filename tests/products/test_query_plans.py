"""At 100,000 products, each shape of the list is served by the index that was made for it."""

import re

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from products import sample_data, services

ROWS = 100_000


@pytest.fixture(scope="module")
def large_shop(django_db_setup, django_db_blocker):
    """100,000 generated products, for this module only."""
    with django_db_blocker.unblock(), transaction.atomic():
        sample_data.load_sample_shop()
        services.insert_products(sample_data.generate_products(ROWS, seed=1))
        yield
        transaction.set_rollback(True)


@pytest.fixture
def plan(api, large_shop, django_db_blocker):
    """The plan of the last query of a request, the one that fetches the page."""

    def explain(query):
        with django_db_blocker.unblock():
            with CaptureQueriesContext(connection) as captured:
                assert api.get(f"/api/products/?{query}").status_code == 200
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) {captured[-1]['sql']}")
                return "\n".join(line for (line,) in cursor.fetchall())

    return explain


def rows_touched(text):
    """The most rows that any node of the plan has seen, dropped ones included."""
    seen = re.findall(r"rows=([\d.]+) loops=(\d+)", text)
    dropped = [int(number) for number in re.findall(r"Rows Removed by \w+(?: \w+)*: (\d+)", text)]
    return max([float(rows) * int(loops) for rows, loops in seen] + dropped)


@pytest.mark.parametrize(
    ("query", "index"),
    [
        ("", "product_created_at"),
        ("ordering=created_at", "product_created_at"),
        ("ordering=price", "product_price"),
        ("ordering=-price", "product_price"),
        ("ordering=name", "product_name"),
        ("ordering=-name", "product_name"),
        ("ordering=updated_at", "product_updated_at"),
        ("ordering=-updated_at", "product_updated_at"),
        ("category=garden", "product_category_created_at"),
        ("category=pet-supplies", "product_category_created_at"),
        ("category=electronics&ordering=price", "product_category_price"),
        ("category=electronics&ordering=-price", "product_category_price"),
        ("category=electronics&min_price=100&max_price=101&ordering=price", "product_category_price"),
        ("min_price=100&max_price=101&ordering=-price", "product_price"),
        ("created_before=2024-01-01", "product_created_at"),
    ],
)
def test_a_filter_its_order_and_the_tie_break_are_one_walk_along_one_index(plan, query, index):
    text = plan(query)
    assert re.search(rf"Index (Only )?Scan (Backward )?using {index} on products_product", text), text
    assert "Sort Key" not in text
    assert rows_touched(text) <= 24 + 20  # the categories of the page, hashed, and the page


@pytest.mark.parametrize("query", ["search=refurb sofa oak", "search=quux", "search=keyboard terracotta series b"])
def test_a_search_is_served_by_the_full_text_index(plan, query):
    text = plan(query)
    assert "Bitmap Index Scan on product_name_search" in text, text
    assert rows_touched(text) < ROWS / 100


def test_a_category_is_found_by_its_slug(large_shop, django_db_blocker):
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")  # there are 24 of them: any plan is good for now
        cursor.execute("EXPLAIN SELECT id FROM products_category WHERE slug = 'toys'")
        assert "products_category_slug" in cursor.fetchall()[0][0]
