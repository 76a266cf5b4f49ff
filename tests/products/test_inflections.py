"""Singular and plural find each other, where their stems are different words, too."""

import re

import pytest
from django.db import connection

from products.words import PLURALS, analysed
from tests.factories import CategoryFactory, ProductFactory

pytestmark = pytest.mark.django_db

EVERY = [*PLURALS.items(), ("lens", "lenses"), ("dish", "dishes"), ("battery", "batteries"), ("roof", "roofs")]


def names(api, **query):
    answer = api.get("/api/products/", query).json()
    assert answer["count"] == len(answer["results"])
    return [product["name"] for product in answer["results"]]


@pytest.mark.parametrize(("singular", "plural"), EVERY)
def test_singular_and_plural_find_each_other(api, singular, plural):
    for name in (f"Blue {singular}", f"Blue {plural.title()}", "Blue Norvik"):
        ProductFactory(name=name)
    both = [f"Blue {plural.title()}", f"Blue {singular}"]
    assert names(api, search=plural.upper()) == both
    assert names(api, search=singular) == both[::-1]
    assert {*names(api, search=f"{plural} blu", ordering="price")} == {*both}
    accented = re.sub("[aeiou]", "\\g<0>\u0301", plural)
    assert names(api, search=accented) == both


@pytest.mark.parametrize(("singular", "plural"), PLURALS.items())
def test_those_that_are_listed_need_it(singular, plural):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT to_tsvector('catalogue_stems', %s) = to_tsvector('catalogue_stems', %s)", (singular, plural)
        )
        [[are_same]] = cursor.fetchall()
    assert not are_same
    assert all(" | " in word.stem for word in analysed(f"{singular} {plural}"))


def test_a_plural_of_which_there_is_only_the_singular_composes_with_everything(api):
    kitchen = CategoryFactory(slug="kitchen")
    for number in range(12):
        ProductFactory(name=f"Knife {number}", price=number, category=kitchen if number % 2 else CategoryFactory())
    ProductFactory(name="Knit Cap")
    assert len(names(api, search="knives")) == 12
    assert names(api, search="knives", category="kitchen", min_price=6, ordering="-price") == [
        "Knife 11",
        "Knife 9",
        "Knife 7",
    ]
    facets = api.get("/api/products/facets/", {"search": "knives"}).json()
    assert (facets["count"], facets["price"]) == (12, {"min": "0.00", "max": "11.00"})


def test_where_there_is_neither_near_misses_are_found(api):
    ProductFactory(name="Blue Gloves")
    assert names(api, search="wolves") == []
    assert names(api, search="glvoes") == ["Blue Gloves"]
    assert names(api, search="glvoes men") == []
    ProductFactory(name="Gloves, Woman")
    assert names(api, search="glvoes women") == ["Gloves, Woman"]
