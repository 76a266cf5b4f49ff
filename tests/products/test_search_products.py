import re

import pytest
from django.db import connection

from products.indexing import ProductWords, Signature
from products.models import Product
from products.words import NO_LETTERS
from tests.conftest import faults
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db

NAMES = [
    "Norvik Laptop",
    "Laptop",
    "Laptops and Notebooks: a Guide",
    "Café Press, 1 L",
    "Wi-Fi Router AC-1200",
    "Cable 3.5mm / USB-C",
    "100% Cotton T-Shirt",
    "<b>Bold</b> Poster & Frame",
    "Straße Street Map",
    "Чайник электрический",
]


@pytest.fixture
def search(api):
    """The names found, best first."""
    for name in NAMES:
        ProductFactory(name=name)

    def find(text):
        response = api.get("/api/products/", {"search": text})
        assert response.status_code == 200, response.content
        assert response.json()["count"] == len(response.json()["results"])
        return [product["name"] for product in response.json()["results"]]

    return find


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("laptop", ["Laptop", "Norvik Laptop", "Laptops and Notebooks: a Guide"]),
        ("LAP", ["Laptops and Notebooks: a Guide", "Laptop", "Norvik Laptop"]),
        ("note lap", ["Laptops and Notebooks: a Guide"]),
        ("laptop phone", []),
        ("cafe", ["Café Press, 1 L"]),
        ("CAFÉ", ["Café Press, 1 L"]),
        ("cafe\u0301", ["Café Press, 1 L"]),
        ("wifi", ["Wi-Fi Router AC-1200"]),  # nothing else is found
        ("wi-fi", ["Wi-Fi Router AC-1200"]),
        ("ac-1200", ["Wi-Fi Router AC-1200"]),
        ("3.5mm", ["Cable 3.5mm / USB-C"]),
        ("usb c", ["Cable 3.5mm / USB-C"]),
        ("bold", ["<b>Bold</b> Poster & Frame"]),
        ("poster & frame", ["<b>Bold</b> Poster & Frame"]),
        ("чай", ["Чайник электрический"]),
        ("laptop's", ["Laptop", "Norvik Laptop", "Laptops and Notebooks: a Guide"]),
        ("Norvik’s LAPTOP’S", ["Norvik Laptop"]),
        ("norvik 's", ["Norvik Laptop"]),  # nothing begins with an s
        ("100%", ["100% Cotton T-Shirt"]),
        ("top", []),
    ],
)
def test_every_word_has_to_begin_a_word_of_the_name(search, text, found):
    assert search(text) == found


@pytest.mark.parametrize(
    ("text", "number"),
    [
        *(
            (text, 0)
            for text in ["%", "_", "'", '"', "\\", "a' OR '1'='1", "laptop | cafe", "(", "<->", ":*", "''", "😀"]
        ),
        *(("lap:*", 3), ("!laptop", 3), ("\t", 10)),
    ],
)
def test_operators_and_quotes_are_plain_text(search, text, number):
    assert len(search(text)) == number


@pytest.mark.parametrize("text", ["", "   "])
def test_a_blank_search_is_no_search(search, text):
    assert len(search(text)) == len(NAMES)


def test_a_search_that_is_too_long_or_holds_nul_is_refused(api):
    assert api.get("/api/products/", {"search": "x" * 100}).status_code == 200
    assert faults(api.get("/api/products/", {"search": "x" * 101})) == {"search": ["max_length"]}
    assert faults(api.get("/api/products/", {"search": "a\x00b"})) == {"search": ["null_characters_not_allowed"]}


def test_fifty_words_are_one_search(search):
    assert search("laptop " + "l " * 46) == ["Laptops and Notebooks: a Guide", "Laptop", "Norvik Laptop"]


@pytest.mark.parametrize("text", ["c", "cat", "category", "=", "0", "'cat", "cat\\"])
def test_the_category_is_no_word_that_could_be_searched_for(api, text):
    ProductFactory(name="Tin of Tuna")
    assert api.get("/api/products/", {"search": text}).json()["count"] == 0


TYPOGRAPHIC = [
    "Laptop\u2014Stand",
    "Rugged \u201cLaptop\u201d Bag",
    "Don\u2019t Panic",
    "Zirkon \u00bbGuil\u00ab",
    "nbsp\u00a0here",
    "Sleeping Bag, Comfort 0 \u00b0C",
    "\u2605Star\u2122 Watch\u00ae",
    "\u7af9\u30fb\u7b52",
]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("stand", ["Laptop\u2014Stand"]),
        ("laptop \u2013 st", ["Laptop\u2014Stand"]),
        ("laptop-stand", ["Laptop\u2014Stand"]),
        ("\u201claptop\u201d", ["Rugged \u201cLaptop\u201d Bag", "Laptop\u2014Stand"]),
        ("don't", ["Don\u2019t Panic"]),
        ("don\u2019t pan", ["Don\u2019t Panic"]),
        ("gui", ["Zirkon \u00bbGuil\u00ab"]),
        ("here", ["nbsp\u00a0here"]),
        ("0 \u00b0c", ["Sleeping Bag, Comfort 0 \u00b0C"]),
        ("star watch", ["\u2605Star\u2122 Watch\u00ae"]),
        ("\u7b52", ["\u7af9\u30fb\u7b52"]),
        ("\u2605 \u2122", []),
    ],
)
def test_what_is_no_letter_parts_words_in_any_script(api, text, found):
    for name in TYPOGRAPHIC:
        ProductFactory(name=name)
    answer = api.get("/api/products/", {"search": text}).json()
    assert [product["name"] for product in answer["results"]] == found


def test_every_such_character_parts_words_in_names_and_queries(db):
    """What Python and PostgreSQL take for one of NO_LETTERS is the same."""
    known = re.compile(f"[{NO_LETTERS}]")
    characters = [chr(code) for code in range(0x80, 0x20000) if not 0xD800 <= code < 0xE000]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT c FROM unnest(%s::text[]) AS c WHERE c ~ '[{NO_LETTERS}]'", [characters])
        assert {c for (c,) in cursor.fetchall()} == {c for c in characters if known.fullmatch(c)}
    assert not [c for c in characters if known.fullmatch(c) and (c.isalpha() or c.isdecimal())]
    assert all(known.fullmatch(c) or c.isalnum() for c in "\u2013\u2014\u2018\u2019\u201c\u201d\u2022\u2026\u20ac")


def test_an_ordering_replaces_relevance(api, search):
    query = {"search": "laptop", "ordering": "name"}
    names = [product["name"] for product in api.get("/api/products/", query).json()["results"]]
    assert names == ["Laptop", "Laptops and Notebooks: a Guide", "Norvik Laptop"]


@pytest.mark.parametrize(
    ("column", "expression"), [("words", ProductWords("name", "category")), ("signature", Signature("name"))]
)
def test_the_columns_hold_what_the_code_says(db, column, expression):
    with connection.cursor() as cursor:
        live = Product.objects.annotate(live=expression).values("live").query
        cursor.execute(f"CREATE VIEW live AS {live}")
        cursor.execute("SELECT pg_get_viewdef('live'::regclass)")
        [definition] = cursor.fetchone()
        cursor.execute(
            "SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef JOIN pg_attribute ON attrelid = adrelid AND attnum = "
            "adnum WHERE adrelid = 'products_product'::regclass AND attname = %s",
            [column],
        )
        [kept] = cursor.fetchone()
    assert plain(kept) in plain(definition.replace("products_product.", ""))


def plain(sql):
    """Without brackets and blanks, but for those of literals."""
    return re.sub(r"('(?:[^']|'')*')|[()\s]", r"\1", sql)
