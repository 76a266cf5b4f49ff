"""No search touches more than it counts, nor do its facets."""

import itertools
import os
from itertools import product as combinations

import pytest
from django.db import connection

from products.models import Category, ProductWord
from tests.products.query_plans.conftest import (
    CATEGORIES,
    DATES,
    ORDERINGS,
    PRICES,
    SEARCH_BUFFERS,
    SEARCH_ROWS,
    WORDS,
    assert_bounded,
    buffers_touched,
    nodes,
)

pytestmark = pytest.mark.django_db


BOUNDS = [*map("&".join, combinations(PRICES, [*DATES, "created_before=2023-01-02"]))]


@pytest.mark.parametrize(
    ("turn", "kind", "category"), [(n, *each) for n, each in enumerate(combinations(WORDS, CATEGORIES))]
)
def test_a_search_touches_no_more_than_it_counts(plans, turn, kind, category):
    """With each word in each category every order; and every order with all prices and dates, each in its turn.

    `make plans` takes all of them each time, which are 30,240 searches.
    """
    for number, ordering in enumerate(ORDERINGS):
        in_turn = (turn * len(ORDERINGS) + number) % len(BOUNDS)
        paging = "cursor=" if (turn + number) % 3 == 2 else ""
        for bounds in BOUNDS if "EVERY_PLAN" in os.environ else [BOUNDS[in_turn]]:
            query = f"search={WORDS[kind]}&{category}&{bounds}&ordering={ordering}&{paging}"
            for plan in plans(query):
                assert_bounded(plan, query, SEARCH_ROWS, SEARCH_BUFFERS)


@pytest.mark.parametrize("paging", ["", "cursor="])
def test_a_word_is_not_looked_for_all_over_because_its_category_alone_is_left_out(plans, paging):
    categories = ",".join(Category.objects.exclude(slug="garden").values_list("slug", flat=True))
    for plan in plans(f"search=relic&category={categories}&{paging}"):
        assert_bounded(plan, categories, SEARCH_ROWS, SEARCH_BUFFERS)


@pytest.mark.parametrize("kind", WORDS)
def test_facets_of_a_search_touch_no_more_than_it_counts(plans, kind):
    for category, prices in combinations(CATEGORIES[:2], PRICES[:3]):
        query = f"search={WORDS[kind]}&{category}&{prices}"
        for plan in plans(query, "/api/products/facets/"):
            assert_bounded(plan, query, SEARCH_ROWS, SEARCH_BUFFERS)


def test_words_that_are_alike_are_found_without_reading_all_words(plans):
    ends = itertools.product("bdfgklmnprst", "aeiou", "bdfgklmnprst", "aeiou", "lmnr")
    ProductWord.objects.bulk_create(ProductWord(word="sto" + "".join(letters)) for letters in ends)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE products_productword")
    every = [node for plan in plans("search=labtop keybord xylophane tsmartphnoe stolibulom") for node in nodes(plan)]
    [scan] = [node for node in every if node.get("Index Name") == "product_word_trigrams"]
    assert scan["Actual Loops"] == 5
    assert buffers_touched(scan) <= 150  # of 14,400 words, which a sort by distance reads for each


@pytest.mark.parametrize("order", ["", "1", "2", "3", "-3", "2.3", "4", "5"])
@pytest.mark.parametrize("word", ["relic", "relik"])
def test_the_page_of_the_admin_does_not_walk_past_what_a_search_leaves_out(plans, staff, word, order):
    """Relics are the oldest of all, and dearer than most."""
    for plan in plans(f"q={word}&o={order}", "/admin/products/product/", staff):
        assert_bounded(plan, f"{word} by {order}", SEARCH_ROWS, SEARCH_BUFFERS)


@pytest.mark.parametrize("ordering", ["price", "-created_at", "name"])
def test_a_walk_looks_up_hardly_anything_that_has_not_the_word(plans, ordering):
    """Most of the garden comes before the first relic: it is cheaper, newer, and its names begin with other letters."""
    passed = looked_up = 0
    for plan in plans(f"search=relic&category=garden&ordering={ordering}"):
        for node in nodes(plan):
            if node["Node Type"] == "Index Only Scan" and node["Index Name"].startswith("product_category_"):
                passed += node["Actual Rows"]
            if node.get("Index Name") == "products_product_pkey":
                looked_up += node["Actual Loops"]
    assert passed
    assert looked_up <= 60 + passed // 10
