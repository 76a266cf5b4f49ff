"""The best match of a search comes first."""

import pytest

from products.models import Product
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db


RANKING = [
    "Lamp",
    "Floor Lamp Oak",
    "Lamps, Set of Two",
    "Lampshade Linen",
    "Samsung Galaxy Phone",
    "Apple Watch Strap",
    "Running Shoes",
    "Battery Charger",
    "Knife Block",
    "Zürich Bag",
    "ZURICH!",
    "Zurich Clock",
    "Zürich",
    "Wall-Clock",
    "Wall Clock XL",
    "Clock Wall",
    "Long USB-C to USB-C Cable",
    "USB-C to USB-C Cable",
    "Tin Tin",
    "Tin",
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # the name itself, whole words, inflected words, beginnings
        ("lamp", ["Lamp", "Floor Lamp Oak", "Lamps, Set of Two", "Lampshade Linen"]),
        ("lamps", ["Lamps, Set of Two", "Lamp", "Floor Lamp Oak", "Lampshade Linen"]),
        ("LAMP FLOOR", ["Floor Lamp Oak"]),
        ("batteries", ["Battery Charger"]),
        ("shoe run", ["Running Shoes"]),
        ("set of two", ["Lamps, Set of Two"]),
        # the name itself, whatever its accents, case and punctuation; not its words in another order
        ("zurich", ["ZURICH!", "Zürich", "Zürich Bag", "Zurich Clock"]),
        ("Zürich", ["ZURICH!", "Zürich", "Zürich Bag", "Zurich Clock"]),
        ("wall clock", ["Wall-Clock", "Wall Clock XL", "Clock Wall"]),
        ("Zürich zurich", ["Zürich Bag", "ZURICH!", "Zurich Clock", "Zürich"]),  # which is no name
        ("usb-c to usb-c cable", ["USB-C to USB-C Cable", "Long USB-C to USB-C Cable"]),
        ("tin", ["Tin", "Tin Tin"]),  # what has a word twice is another name
        ("tin tin", ["Tin Tin", "Tin"]),
        # what is spelled nearly so, when nothing is found
        ("samsng", ["Samsung Galaxy Phone"]),
        ("samsng phone", ["Samsung Galaxy Phone"]),
        ("galxy", ["Samsung Galaxy Phone"]),
        ("aple wach", ["Apple Watch Strap"]),
        ("lapm", ["Lamp", "Floor Lamp Oak", "Lamps, Set of Two"]),
        ("kinfe", ["Knife Block"]),
        ("kníef", ["Knife Block"]),
        ("ste", []),  # of three letters nearly every word would be near
        ("lampp", ["Lamp", "Floor Lamp Oak", "Lamps, Set of Two"]),
        ("quux", []),
    ],
)
def test_the_best_match_comes_first(api, text, expected):
    for name in reversed(RANKING):
        ProductFactory(name=name)
    results = api.get("/api/products/", {"search": text}).json()["results"]
    assert [product["name"] for product in results] == expected


@pytest.mark.parametrize("text", ["men's shirt", "MEN’S shirt"])
def test_a_name_with_a_possessive_is_found_before_those_that_only_have_the_noun(api, text):
    names = ["Men's Shirt", "Mens Shirt", "Shirt, Men", "Women's Shirt"]
    for name in names:
        ProductFactory(name=name)
    found = [product["name"] for product in api.get("/api/products/", {"search": text}).json()["results"]]
    assert found == ["Men's Shirt", "Shirt, Men", "Mens Shirt"]


@pytest.mark.parametrize(
    ("names", "text"),
    [
        # the words that are there as they were typed, before others like them
        (["Gronwell Mixer", "Gronwall Mixer"], "gronwell mixr"),
        (["Harkonen Toaster", "Harkonin Toastar"], "harkonen toastr"),
        (["Brakka Zuvv", "Brikka Zuvv"], "brakka zuvw"),
        # then as for the nearest words: the name itself, whole words, inflected ones
        (["Samsung", "Samsung Galaxy Zed"], "samsng"),
        (["Vektra Blue", "Vektraing"], "vekrta"),
        (["Samsung Samsung", "Samsung"], "samsng samsng"),
        (["Men's Shirt", "Shirt Men"], "men's shrit"),
        # marks are no words, but what is spelled with them is nearer
        (["C++", "C#"], "c++"),
        (["C#", "C++"], "C#"),
        (["AT&T", "AT T", "AT T Phone"], "at&t"),
        (["Café-Bar", "Cafe Bar"], "café-bar"),
        (["Wall Clock", "Wall-Clock XL"], "wall-clock"),
    ],
)
def test_the_nearest_comes_first_whichever_is_newer(api, names, text):
    for ordered in (names, names[::-1]):
        Product.objects.all().delete()
        for name in ordered:
            ProductFactory(name=name)
        results = api.get("/api/products/", {"search": text}).json()["results"]
        assert [product["name"] for product in results] == names


def test_words_that_are_in_no_name_any_more_do_not_count_as_typed_right(api):
    renamed = ProductFactory(name="Samsng Labtop")
    ProductFactory(name="Samsung")
    ProductFactory(name="Samsung Lastop Laptop")
    renamed.name = "Lamp"
    renamed.save()
    results = api.get("/api/products/", {"search": "samsng"}).json()["results"]
    assert [product["name"] for product in results] == ["Samsung", "Samsung Lastop Laptop"]
