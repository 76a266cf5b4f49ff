"""At 200,000 products, no shape of a read touches more than its answer needs, whatever is in the query."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import product as combinations

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from uuid_utils.compat import uuid7

from ecommerce_backend import prepared
from products import sample_data, services
from products.models import Category
from products.services.loading import LoadedProduct

pytestmark = pytest.mark.django_db

ROWS = 200_000
RELICS, RELIC_PRICE = 11_000, Decimal("777.77")
# Rows that one node of a plan may see, and pages of 8 KiB that a statement may look at. The better one of walking and
# sorting reads at most the square root of 20 x ROWS, 2,000, where the planner is left to choose some more; a search
# reads what it counts. Neither becomes much more with the table.
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
ORDERINGS += ["price,name", "-created_at,price", "-name,-price"]
WORDS = {
    "absent": "quuxor",
    "rare": "terracotta keyboard",
    "common": "sofa",
    "very common": "oak",
    "prefix": "s",
    "two": "oak sofa",
    "misspelled": "keybord",
}


def relics():
    """Many with a word and a price of their own, all of them older than whatever else there is."""
    category = Category.objects.get(slug="garden")
    for number in range(RELICS):
        moment = datetime(1999, 1, 1, tzinfo=UTC) + timedelta(minutes=number)
        yield LoadedProduct(uuid7(), f"Relic {number}", "", RELIC_PRICE, category.pk, moment, moment)


@pytest.fixture(scope="module")
def large_shop(django_db_setup, django_db_blocker):
    """200,000 generated products, for this module only."""
    with django_db_blocker.unblock(), transaction.atomic():
        sample_data.load_sample_shop()
        services.insert_products(sample_data.generate_products(ROWS, seed=1))
        services.insert_products(relics())
        yield
        transaction.set_rollback(True)


@pytest.fixture
def plans(api, large_shop, monkeypatch):
    """The plans of all statements of a request. What may be prepared is, and has the one plan for all parameters."""
    monkeypatch.setattr(prepared, "PREPARE_AT", 1)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")

    def explain(query, path="/api/products/"):
        with CaptureQueriesContext(connection) as captured:
            answer = api.get(f"{path}?{query}")
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


@pytest.mark.parametrize(("category", "prices"), [*combinations(CATEGORIES, PRICES)])
def test_a_list_touches_little_more_than_its_page(plans, category, prices):
    for number, ordering in enumerate(ORDERINGS):
        query = f"{category}&{prices}&ordering={ordering}&{'cursor=' if number % 3 == 2 else ''}"
        for plan in plans(query):
            assert_bounded(plan, query, WALK_ROWS, WALK_BUFFERS)


@pytest.mark.parametrize("dates", DATES)
def test_a_list_between_dates_touches_little_more_than_its_page(plans, dates):
    for category, prices, ordering in combinations(CATEGORIES, PRICES[:3], ["", "-price"]):
        query = f"{dates}&{category}&{prices}&ordering={ordering}"
        for plan in plans(query):
            assert_bounded(plan, query, WALK_ROWS, WALK_BUFFERS)
        for plan in plans(f"{query}&cursor="):
            assert_bounded(plan, query, SEARCH_ROWS, SEARCH_BUFFERS)


@pytest.mark.parametrize(
    "days",
    ["created_after=2024-01-01", "created_before=2024-06-01", "created_after=2023-06-01&created_before=2025-06-01"],
)
def test_a_wide_span_of_days_touches_little_more_than_its_page(plans, days):
    for category, (number, ordering) in combinations(CATEGORIES, enumerate(ORDERINGS)):
        query = f"{days}&{category}&ordering={ordering}&{'cursor=' if number % 3 == 2 else ''}"
        for plan in plans(query.replace("garden", "books")):  # where the relics are, the dearest are the oldest
            assert_bounded(plan, query, SEARCH_ROWS, SEARCH_BUFFERS)


@pytest.mark.parametrize(("kind", "category"), [*combinations(WORDS, CATEGORIES)])
def test_a_search_touches_no_more_than_it_counts(plans, kind, category):
    for prices, ordering in combinations(PRICES[:4:2], ["", "-price", "name"]):
        paging = "cursor=" if ordering == "name" else ""
        query = f"search={WORDS[kind]}&{category}&{prices}&ordering={ordering}&{paging}"
        for plan in plans(query):
            assert_bounded(plan, query, SEARCH_ROWS, SEARCH_BUFFERS)


@pytest.mark.parametrize("paging", ["", "page=3", "cursor="])
@pytest.mark.parametrize(
    "query",
    [
        "search=relic&ordering=-created_at",
        "search=relic&category=garden&ordering=-updated_at",
        "search=relic&ordering=-created_at,name",
        "search=relic 1",
        "created_after=2025-12-20&ordering=updated_at",
        "created_after=1999-01-01&updated_after=2025-12-20&ordering=created_at",
        f"min_price={RELIC_PRICE}&max_price={RELIC_PRICE}&ordering=-updated_at",
    ],
)
def test_an_order_that_has_to_do_with_what_is_asked_for_is_not_walked_to_the_end(plans, query, paging):
    for plan in plans(f"{query}&{paging}"):
        assert_bounded(plan, query, SEARCH_ROWS, SEARCH_BUFFERS)


@pytest.mark.parametrize("query", ["min_price=20.50&ordering=-created_at", "page=300"])
def test_a_walk_along_several_categories_meets_no_products_of_others(plans, query):
    *_, page = plans(f"category=books,toys&{query}")
    [walk] = (node for node in nodes(page) if node["Node Type"] == "Merge Append")
    ways = [node for node in nodes(walk) if "Scan" in node["Node Type"] and "Index Name" in node]
    assert [node["Index Name"].startswith("product_category_") for node in ways] == [True, True]
    assert sum(map(rows_touched, ways)) <= walk["Actual Rows"] + len(ways)


@pytest.mark.parametrize("paging", ["", "cursor="])
def test_a_word_is_not_looked_for_all_over_because_its_category_alone_is_left_out(plans, paging):
    categories = ",".join(Category.objects.exclude(slug="garden").values_list("slug", flat=True))
    for plan in plans(f"search=relic&category={categories}&{paging}"):
        assert_bounded(plan, categories, SEARCH_ROWS, SEARCH_BUFFERS)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "category=garden",
        "category=garden,toys&min_price=10.50&max_price=99",
        "created_after=1999-01-01&min_price=0",
        "created_after=2025-12-31",
        "created_after=2024-01-01&category=garden",
        "created_before=2024-06-01&category=books,toys",
    ],
)
def test_facets_without_a_search_come_from_the_tally(plans, query):
    for plan in plans(query, "/api/products/facets/"):
        assert_bounded(plan, query, WALK_ROWS, WALK_BUFFERS)


@pytest.mark.parametrize("category", CATEGORIES[:2])
def test_what_is_created_since_is_not_looked_for_among_earlier_changes(plans, category):
    *_, page = plans(f"created_after=2024-06-01&ordering=updated_at&{category}")
    assert_bounded(page, category, 500, 1_000)


@pytest.mark.parametrize("kind", WORDS)
def test_facets_of_a_search_touch_no_more_than_it_counts(plans, kind):
    for category, prices in combinations(CATEGORIES[:2], PRICES[:3]):
        query = f"search={WORDS[kind]}&{category}&{prices}"
        for plan in plans(query, "/api/products/facets/"):
            assert_bounded(plan, query, SEARCH_ROWS, SEARCH_BUFFERS)


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
    with connection.cursor() as cursor:
        # In this transaction no page is known to be visible to all, so the planner would see no gain in an index alone.
        cursor.execute("SET LOCAL enable_bitmapscan = off; SET LOCAL enable_seqscan = off")
    index = "product_category_price" if category else "product_price"
    found = [node for plan in plans(f"min_price=100&max_price=101&{bound}&{category}") for node in nodes(plan)]
    assert "Index Only Scan" in {node["Node Type"] for node in found if node.get("Index Name") == index}


def test_a_category_is_found_by_its_slug(large_shop):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")  # there are 24 of them: any plan is good for now
        cursor.execute("EXPLAIN SELECT id FROM products_category WHERE slug = 'toys'")
        assert "products_category_slug" in cursor.fetchall()[0][0]
