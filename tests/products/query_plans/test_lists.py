"""At 200,000 products, no shape of a read touches more than its answer needs, whatever is in the query.

But for what no tally knows: of changes since a day long ago every one is counted (decision 8).
"""

import os
from itertools import product as combinations

import pytest
from django.db import connection

from tests.products.query_plans.conftest import (
    CATEGORIES,
    DATES,
    ORDERINGS,
    PRICES,
    RELIC_PRICE,
    SEARCH_BUFFERS,
    SEARCH_ROWS,
    WALK_BUFFERS,
    WALK_ROWS,
    assert_bounded,
    nodes,
    rows_touched,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("category", "prices"), [*combinations(CATEGORIES, PRICES)])
def test_a_list_touches_little_more_than_its_page(plans, category, prices):
    for number, ordering in enumerate(ORDERINGS):
        query = f"{category}&{prices}&ordering={ordering}&{'cursor=' if number % 3 == 2 else ''}"
        for plan in plans(query):
            assert_bounded(plan, query, WALK_ROWS, WALK_BUFFERS)


@pytest.mark.parametrize(
    ("turn", "category", "dates"), [(n, *each) for n, each in enumerate(combinations(CATEGORIES, DATES))]
)
def test_a_list_between_dates_touches_little_more_than_its_page(plans, turn, category, dates):
    """In each category between all dates every order, and each of them with all prices in its turn.

    `make plans` takes all of them each time.
    """
    for number, ordering in enumerate(ORDERINGS):
        in_turn = PRICES[(turn + number) % len(PRICES)]
        for prices in PRICES if "EVERY_PLAN" in os.environ else [in_turn]:
            query = f"{category}&{dates}&{prices}&ordering={ordering}"
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


@pytest.mark.parametrize("category", CATEGORIES[:4])
@pytest.mark.parametrize("bounds", ["min_price=5&created_after=2023-02-01", "max_price=3000&updated_after=2023-03-01"])
def test_between_bounds_that_leave_little_out_no_more_than_that_is_counted(plans, bounds, category):
    for path in ("/api/products/", "/api/products/facets/"):
        for plan in plans(f"{bounds}&{category}", path):
            assert_bounded(plan, bounds, SEARCH_ROWS, SEARCH_BUFFERS)


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


@pytest.mark.parametrize("bounds", ["", "min_price=20.50&max_price=999.99", "created_after=2023-02-03T04:05:06Z"])
@pytest.mark.parametrize("category", ["", "category=electronics", "category=books,electronics,laptops"])
def test_what_comes_before_a_deep_page_is_not_read(plans, category, bounds):
    column = "price" if "price" in bounds else "created_at"
    for ordering in (column, f"-{column}", f"-{column},name"):
        query = f"{category}&{bounds}&ordering={ordering}&page=350&page_size=100"
        for plan in plans(query):
            assert_bounded(plan, query, 4_000, 4_000)


@pytest.mark.parametrize("category", CATEGORIES[:2])
def test_what_comes_before_a_deep_page_is_passed_over_whatever_follows_in_the_order(plans, category):
    with connection.cursor() as cursor:
        # In this transaction no page is known to be visible to all, so that each entry costs a look at its row.
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
    for ordering in ("-updated_at,name", "name,price"):
        *_, page = plans(f"ordering={ordering}&page=300&page_size=100&{category}")
        sorts = [node for node in nodes(page) if "Sort" in node["Node Type"] and node["Actual Rows"] > 1]
        assert max(node["Actual Rows"] for node in sorts) < 5_000


def test_the_last_pages_of_what_lies_between_bounds_are_walked_to(plans):
    *_, page = plans("created_after=2025-06-01&max_price=1000&page=300&page_size=100")
    every = [node for node in nodes(page) if node["Actual Rows"] > 1]
    assert [node["Index Name"] for node in every if node["Actual Rows"] > 1000 and "Index Name" in node] == [
        "product_created_at"
    ]
    assert [node for node in every if "Sort" in node["Node Type"] and node["Actual Rows"] > 100] == []


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


COMPOSED = [
    "category=electronics&min_price=20.50",
    "search=oak",
    "search=oak&category=electronics,garden&max_price=900",
]


@pytest.mark.parametrize("ordering", ["", "price", "-updated_at", "name", "-name,-price"])
@pytest.mark.parametrize("query", ["", *COMPOSED])
def test_a_cursor_touches_no_more_wherever_it_is(plans, api, query, ordering):
    first = api.get(f"/api/products/?{query}&ordering={ordering}&cursor=&page_size=50").json()
    second = api.get(first["next"]).json()
    for link in (second["next"], second["previous"]):
        query = link.partition("?")[2]
        for plan in plans(query):
            assert_bounded(plan, query, SEARCH_ROWS, SEARCH_BUFFERS)


@pytest.mark.parametrize("ordering", ["", "price", "-created_at", "-name,-price"])
@pytest.mark.parametrize("query", COMPOSED)
def test_a_deep_page_touches_no_more_than_lies_before_it(plans, query, ordering):
    query = f"{query}&ordering={ordering}&page=100"
    for plan in plans(query):
        assert_bounded(plan, query, SEARCH_ROWS, SEARCH_BUFFERS)


@pytest.mark.parametrize("ordering", ["", "price", "-name,-price"])
@pytest.mark.parametrize("query", ["", *COMPOSED, "created_after=2023-01-01", "updated_after=2024-06-01", "cursor="])
def test_a_hundred_ids_are_looked_up_and_nothing_else_is(plans, api, query, ordering):
    pages = [api.get(f"/api/products/?page={page}&fields=id").json()["results"] for page in (1, 30, 500, 2000, 4000)]
    ids = ",".join(row["id"] for page in pages for row in page)
    for plan in plans(f"{query}&ordering={ordering}&id={ids}"):
        assert_bounded(plan, query, WALK_ROWS, WALK_BUFFERS)
