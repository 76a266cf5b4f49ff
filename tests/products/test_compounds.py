"""What is found when nothing is: two words that names have as one, and one that they have as two."""

import pytest

from products import suggestions
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db

PATHS = ["", "facets/"]
COMPOUNDS = [
    ("Smartwatch", "smart watch"),
    ("Smart Watch", "smartwatch"),
    ("Steel Smartwatch 42 mm", "smart watch 42mm steel"),
    ("Wi-Fi router", "wifi router"),
    ("WiFi router", "router wi-fi"),
    ("E-reader", "ereader"),
    ("Memory 16GB", "memory 16 gb"),
    ("Memory 16 GB", "16gb memory"),
    ("Notebook 16GB 512GB", "note book 16 gb 512 gb"),
    ("Backpack", "back packs"),
    ("Back pack", "backpacks"),
    ("Oak Bookshelf", "book shelves"),
    ("Book Shelf", "bookshelves"),
    ("WiFi Mouse", "mice wi fi"),
    ("Red laptop", "redlaptop"),
    ("Café-bar", "CAFEBAR"),
    (
        "\u0391\u03b3\u03b9\u03bf\u03c2 \u03b4\u03af\u03c3\u03ba\u03bf\u03c2",
        "\u03b1\u03b3\u03b9\u03bf\u03c3\u03b4\u03b9\u03c3\u03ba\u03bf\u03c2",
    ),
]


@pytest.mark.parametrize(("name", "text"), COMPOUNDS)
def test_one_word_is_found_as_two_and_two_as_one(api, name, text):
    for other in (name, "Watch", "Smart pack", "Book 8 GB", "Shirt 16", "Fi", "Reading lamp", "Router", "Laptop"):
        ProductFactory(name=other)
    answer = api.get("/api/products/", {"search": text}).json()
    assert [product["name"] for product in answer["results"]] == [name]
    assert answer["count"] == 1
    assert answer["count"] == api.get("/api/products/facets/", {"search": text}).json()["count"]


@pytest.mark.parametrize(
    ("names", "text"),
    [
        (["Wi router", "Fi antenna"], "wifi"),  # in one name
        (["Series eight 80", "S", "8"], "s8"),  # and whole
        (["Part 1600"], "16 00"),  # numbers are whole
        (["Part 16 00"], "1600"),
        (["Smartwatch"], "smart phone watch"),
    ],
)
def test_what_is_no_compound_finds_nothing(api, names, text):
    for name in names:
        ProductFactory(name=name)
    assert api.get("/api/products/", {"search": text}).json()["count"] == 0


def test_what_is_written_as_it_was_typed_is_all_that_is_found(api):
    for name in ("Wi-Fi router", "Wifi antenna"):
        ProductFactory(name=name)
    for text, name in (("wifi", "Wifi antenna"), ("wi-fi", "Wi-Fi router")):
        found = api.get("/api/products/", {"search": text}).json()["results"]
        assert [product["name"] for product in found] == [name]


def test_one_slip_is_likelier_than_a_blank_too_few(api):
    for name in ("Lab top", "Laptop"):
        ProductFactory(name=name)
    found = api.get("/api/products/", {"search": "labtop"}).json()["results"]
    assert [product["name"] for product in found] == ["Laptop"]


def test_what_finds_nothing_as_a_compound_is_looked_for_as_it_is_spelled(api):
    for name in ("Red lamp", "Laptop bag", "Headphones"):  # "redlaptop" is none of the red ones
        ProductFactory(name=name)
    found = api.get("/api/products/", {"search": "redlaptop"}).json()["results"]
    assert [product["name"] for product in found] == ["Laptop bag"]


def test_compounds_keep_to_the_other_filters_and_orders(api):
    shown = [ProductFactory(name=f"Smartwatch {number}", price=number) for number in range(3)]
    query = {"search": "smart watch", "min_price": 1, "ordering": "-price", "page_size": 1}
    first = api.get("/api/products/", query).json()
    assert (first["count"], first["results"][0]["id"]) == (2, str(shown[2].pk))
    begun = api.get("/api/products/", query | {"cursor": ""}).json()
    assert api.get(begun["next"]).json()["results"][0]["id"] == str(shown[1].pk)
    for more, count in (({"max_price": 1}, 2), ({"category": shown[1].category.slug}, 1)):
        counts = {api.get(f"/api/products/{path}", {"search": "smart watch"} | more).json()["count"] for path in PATHS}
        assert counts == {count}


def test_compounds_of_what_stands_in_no_name_any_more_are_none():
    ProductFactory(name="Smartwatch").delete()
    assert suggestions.compounds("smart watch", set()) == ""
    assert suggestions.compounds("\u2603", set()) == ""
