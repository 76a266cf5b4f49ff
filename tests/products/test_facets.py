"""Counts and prices for a sidebar."""

import re

import pytest
from django.db import connection

from products.models import Category, Product
from tests.conftest import faults
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def facets(api, shop):
    """Count, lowest and highest price, and the counts of the categories."""

    def ask(query):
        body = api.get(f"/api/products/facets/?{query}").json()
        assert body["count"] == api.get(f"/api/products/?{query}").json()["count"]
        return (
            body["count"],
            body["price"]["min"],
            body["price"]["max"],
            {each["slug"]: each["count"] for each in body["categories"]},
        )

    return ask


@pytest.mark.parametrize(("slug", "name"), [("lamps", "Smartwatch"), ("mugs", None), ("empty", None), ("nope", None)])
def test_two_words_that_are_one_are_so_in_every_category(api, facets, slug, name):
    for product, category in (("Smartwatch", "lamps"), ("Smart match", "mugs")):
        ProductFactory(name=product, category=Category.objects.get(slug=category), price=7)
    query = f"search=smart+watch&category={slug}"
    assert [each["name"] for each in api.get(f"/api/products/?{query}").json()["results"]] == ([name] if name else [])
    prices = ("7.00", "7.00") if name else (None, None)
    assert facets(query) == (len([name] if name else []), *prices, {"lamps": 1})


def test_what_is_found_has_no_near_misses_in_other_categories(facets):
    for name, slug in (("Vase", "mugs"), ("Base", "lamps")):
        ProductFactory(name=name, category=Category.objects.get(slug=slug), price=7)
    assert facets("search=vase") == (1, "7.00", "7.00", {"mugs": 1})
    assert facets("search=vase&category=lamps") == (0, None, None, {"mugs": 1})  # and no base
    assert facets("search=wase") == (2, "7.00", "7.00", {"lamps": 1, "mugs": 1})
    assert facets("search=wase&category=lamps") == (1, "7.00", "7.00", {"lamps": 1, "mugs": 1})


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", (7, "0.00", "100.00", {"mugs": 5, "lamps": 2})),
        ("category=mugs", (5, "0.00", "12.00", {"mugs": 5, "lamps": 2})),
        ("category=mugs,lamps", (7, "0.00", "100.00", {"mugs": 5, "lamps": 2})),
        ("category=empty", (0, None, None, {"mugs": 5, "lamps": 2})),
        ("category=nope", (0, None, None, {"mugs": 5, "lamps": 2})),
        ("min_price=5", (5, "5.00", "100.00", {"mugs": 3, "lamps": 2})),
        ("min_price=5&max_price=5.49", (2, "5.00", "5.49", {"mugs": 1, "lamps": 1})),
        ("min_price=5.01&max_price=5.48", (0, None, None, {})),
        ("max_price=5.49&category=lamps", (1, "5.49", "5.49", {"mugs": 3, "lamps": 1})),
        ("min_price=0.01&max_price=99.99", (5, "0.99", "12.00", {"mugs": 4, "lamps": 1})),
        ("search=mug", (5, "0.00", "12.00", {"mugs": 5})),
        ("search=mug&category=lamps", (0, None, None, {"mugs": 5})),
        ("search=lamp&min_price=50", (1, "100.00", "100.00", {"lamps": 1})),
        ("search=lampe", (2, "5.49", "100.00", {"lamps": 2})),
        ("search=quux", (0, None, None, {})),
        ("search=%25", (0, None, None, {})),
        ("created_after=2020-01-01", (7, "0.00", "100.00", {"mugs": 5, "lamps": 2})),
        ("created_before=2020-01-01", (0, None, None, {})),
        ("min_price=999999999", (0, None, None, {})),
    ],
)
def test_facets_count_what_the_list_holds(facets, query, expected):
    assert facets(query) == expected


def test_the_shape_is_the_contracts(api, shop):
    body = api.get("/api/products/facets").json()
    assert list(body) == ["count", "price", "categories"]
    assert body["categories"][1] == {"slug": "mugs", "name": "Mugs", "count": 5}


@pytest.mark.parametrize("name", ["page", "page_size", "ordering", "fields", "cursor", "prise"])
def test_parameters_that_are_no_filters_are_refused(api, name):
    assert faults(api.get(f"/api/products/facets/?{name}=1")) == {name: ["unknown_parameter"]}


def test_facets_cost_five_queries_whatever_is_in_the_shop(api, shop, django_assert_num_queries):
    for _ in range(2):
        # slugs (and the generation), categories, the tally, the first and the last by price
        with django_assert_num_queries(5):
            api.get("/api/products/facets/?category=mugs,lamps&min_price=1")
        ProductFactory.create_batch(20)


def test_facets_of_a_search_read_its_matches_once(api, shop, django_assert_num_queries):
    ProductFactory(name="Brass Lamp", category=Category.objects.get(slug="lamps"), price=7)
    query = "/api/products/facets/?category=mugs,lamps&search=brass"
    first = api.get(query).json()  # how the words are written in the index is known from now on
    # slugs (and the generation), words that begin so, the matches, the categories
    with django_assert_num_queries(4):
        assert api.get(query).json() == first
    assert first["price"] == {"min": "7.00", "max": "7.00"}


def test_categories_with_few_matches_have_exact_numbers_where_all_have_many(facets, monkeypatch):
    monkeypatch.setattr("products.querysets.expectation.COUNTED_MATCHES", 10)
    monkeypatch.setattr("products.querysets.expectation.planned", lambda queryset: 1)
    for slug, number in (("mugs", 20), ("lamps", 3)):
        ProductFactory.create_batch(number, name="Red vase", price=7, category=Category.objects.get(slug=slug))
    numbers = facets("search=vase+red&category=lamps,empty")[3]
    assert (numbers["lamps"], "empty" in numbers) == (3, False)


@pytest.mark.parametrize("query", ["category=lamps", "search=lamp"])
def test_products_that_go_while_they_are_counted_are_no_error(api, shop, query, monkeypatch):
    monkeypatch.setattr("products.querysets.expectation.COUNTED_MATCHES", 1)  # a common word
    monkeypatch.setattr("products.querysets.expectation.planned", lambda queryset: 2)

    def remove_before_prices_are_read(execute, sql, params, many, context):
        if re.search(r'ORDER BY .*"price"|max\(price\) FROM hits', sql):
            Product.objects.all().delete()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(remove_before_prices_are_read):
        answer = api.get(f"/api/products/facets/?{query}")
    assert (answer.status_code, answer.json()["count"]) == (200, 2)
    assert answer.json()["price"] == {"min": None, "max": None}
    assert not Product.objects.exists()
