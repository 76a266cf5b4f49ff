"""No search touches more than it counts, nor do its facets."""

import os
from itertools import product as combinations

import pytest

from products.models import Category
from tests.products.query_plans.conftest import (
    CATEGORIES,
    DATES,
    ORDERINGS,
    PRICES,
    SEARCH_BUFFERS,
    SEARCH_ROWS,
    WORDS,
    assert_bounded,
)

pytestmark = pytest.mark.django_db


BOUNDS = [*map("&".join, combinations(PRICES, DATES))]


@pytest.mark.parametrize(
    ("turn", "kind", "category"), [(n, *each) for n, each in enumerate(combinations(WORDS, CATEGORIES))]
)
def test_a_search_touches_no_more_than_it_counts(plans, turn, kind, category):
    """With each word in each category every order; and every order with all prices and dates, each in its turn.

    `make plans` takes all of them each time, which are 13,475 searches.
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
