"""Signatures rule out rows that a search cannot want, and none that it wants."""

import random

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from products.models import Product
from products.querysets import pages, walks
from products.querysets.selection import Selection
from tests.factories import CategoryFactory, ProductFactory

pytestmark = pytest.mark.django_db

PRODUCTS = 120
RULED_OUT = """
    SELECT count(*), count(*) FILTER (WHERE products_signature(ARRAY[lexeme]) & ~signature <> 0)
    FROM products_product, unnest(words) WHERE lexeme !~ '^[=#_]' AND 'D' = ANY(weights)
"""


def ask(sql, *params):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchone()


@given(st.lists(st.text(min_size=1, max_size=190), min_size=1, max_size=5))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_name_is_ruled_out_by_a_stem_of_its_own(db, names):
    Product.objects.all().delete()
    Product.objects.bulk_create(
        ProductFactory.build(name=f"{name.replace(chr(0), '')} Lamps", category=CategoryFactory()) for name in names
    )
    stems, ruled_out = ask(RULED_OUT)
    assert stems >= len(names)
    assert ruled_out == 0


def test_a_stem_sets_up_to_four_bits_which_are_those_of_ever():
    """They are kept in every row: another hash of the same text would rule out what is there."""
    assert ask("SELECT products_signature(ARRAY['laptop']), products_signature('{}')") == (4227092, 0)
    assert ask(
        "SELECT max(bit_count(products_signature(ARRAY[n::text])::bit(64))) FROM generate_series(1, 99) AS n"
    ) == (4,)


def test_it_changes_with_the_name():
    product = ProductFactory(name="Steel Lamp")
    product.name = "Oak Chairs"
    product.save()
    assert ask(RULED_OUT) == (2, 0)  # oak, chair


@pytest.fixture
def shop():
    """Names of two words each; of each value many have the same."""
    dice, things = random.Random(5), ["Mug", "Mugs", "Muggle", "Lamp", "Lampshade"]
    shelves = [CategoryFactory(slug=slug) for slug in "abc"]
    Product.objects.bulk_create(
        ProductFactory.build(
            name=f"{dice.choice(['Oak', 'Steel', 'Glass'])} {dice.choice(things)}",
            price=dice.randrange(12),
            category=dice.choice(shelves),
        )
        for _ in range(PRODUCTS)
    )


@pytest.mark.parametrize("order", [["price"], ["-name"], ["created_at", "-price"]], ids=str)
@pytest.mark.parametrize("category", [None, ["a"], ["a", "c"]], ids=str)
@pytest.mark.parametrize("words", ["oak mug", "lamps", "steel", "mug glas", "oak m"])
def test_a_walk_finds_what_the_list_has_wherever_it_ends(shop, words, category, order):
    queryset = Product.objects.selected(Selection(search=words, category=category, min_price=2))
    queryset = queryset.order_by(*order, "-pk")
    assert walks.is_signed(queryset)
    listed = [str(pk) for pk in queryset.values_list("pk", flat=True)]
    assert len(listed) > 3
    for offset in (0, 2):
        for no_further in (20, 40, 80, PRODUCTS):
            rows, _ = pages.walked(queryset, offset, 3, ("0", []), no_further=no_further)
            assert [row.pk for row in rows] == listed[offset : offset + 3][: len(rows)]
        assert len(rows) == len(listed[offset : offset + 3])  # where it may go to the end


def test_nothing_in_other_categories_is_looked_up(shop):
    steel = Product.objects.selected(Selection(search="steel", category=["a", "c"])).order_by("price", "-pk")
    sql, params = walks.candidates(steel, PRODUCTS)
    [found] = ask(f"SELECT array_agg(DISTINCT products_product.category_id) FROM {sql}", *params)
    assert {*found} == {*steel.category_ids}
    assert not steel.chosen.are_merged


def test_none_is_asked_for_what_begins_too_many_words(shop):
    m = Selection(search="m")  # the stems mug and muggl
    assert walks.is_signed(Product.objects.selected(m).order_by("price", "-pk"))
    ProductFactory(name="Map Mask Mat Milk Mint Mop Moss")
    assert not walks.is_signed(Product.objects.selected(m).order_by("price", "-pk"))


def test_an_index_without_the_name_has_not_all_that_an_order_with_it_takes(shop):
    mugs = Product.objects.selected(Selection(search="mug"))
    assert not walks.is_signed(mugs.order_by("price", "name", "-pk"))
    assert walks.is_signed(mugs.order_by("name", "price", "-pk"))
