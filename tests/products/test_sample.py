"""What a sample of the table says of how many there are."""

from decimal import Decimal
from itertools import cycle

import pytest

from products.models import Product
from products.querysets.sample import ROWS_PER_PAGE, sampled, sampled_by_category
from products.querysets.selection import Selection
from tests.factories import CategoryFactory, ProductFactory

pytestmark = pytest.mark.django_db

ROWS = 6_000


def create(names, *slugs):
    categories = cycle([CategoryFactory(slug=slug) for slug in slugs or ["shelf"]])
    Product.objects.bulk_create(
        ProductFactory.build(name=name, category=category) for name, category in zip(names, categories, strict=False)
    )


def matches(**asked):
    queryset = Product.objects.all().selected(Selection(**asked))
    return queryset, queryset.count()


@pytest.fixture
def sampled_in_part(monkeypatch):
    """Of 6,000 products a fifth is sampled."""
    monkeypatch.setattr("products.querysets.sample.SAMPLED_ROWS", ROWS // 5)


@pytest.fixture
def spread(sampled_in_part):
    """Every second is a red lamp, half of them in the garden."""
    create(["Lamp red", "Lamp red", "Mug", "Mug"] * (ROWS // 4), "garden", "kitchen")


@pytest.mark.parametrize("asked", [{}, {"category": ["garden"]}])
def test_of_what_is_spread_it_is_near_and_sure_of_most(spread, asked):
    queryset, number = matches(search="red lamp", **asked)
    found = sampled(queryset, ROWS)
    assert number * 0.95 < found.about < number * 1.05
    assert number * 0.05 < found.at_least < number < found.at_most < 3 * number


def test_of_what_all_have_it_knows_the_number_though_pages_are_sampled_by_chance(sampled_in_part):
    create(["Lamp red"] * ROWS)
    queryset, _ = matches(search="red lamp")
    assert sampled(queryset, ROWS).about == ROWS


def test_of_what_stands_together_it_is_not_sure(sampled_in_part):
    create(["Mug"] * (ROWS - 300) + ["Lamp red"] * 300)
    queryset, number = matches(search="red lamp")
    found = sampled(queryset, ROWS)
    assert found.at_least < number / 3
    assert found.at_most > number


def test_it_says_the_same_each_time(spread):
    queryset, _ = matches(search="red lamp")
    assert sampled(queryset, ROWS) == sampled(queryset, ROWS)


def test_a_small_table_is_read_whole():
    create(["Lamp red"] * 50)
    queryset, number = matches(search="red lamp")
    assert sampled(queryset, 50).about == number == 50
    queryset, _ = matches(search="blue lamp")
    assert sampled(queryset, 0)[:2] == (0, 0)


def test_where_a_sample_has_none_there_may_be_some(sampled_in_part):
    create(["Mug"] * ROWS)
    queryset, _ = matches(search="red lamp")
    about, at_least, at_most = sampled(queryset, ROWS)
    assert (about, at_least) == (0, 0)
    assert at_most == pytest.approx(5 * 16 * ROWS_PER_PAGE, rel=0.3)  # a fifth is sampled, about


@pytest.mark.parametrize(("selected", "is_all"), [(ROWS // 2, False), (ROWS // 20, True)])
def test_where_there_are_fewer_more_are_sampled(monkeypatch, selected, is_all):
    monkeypatch.setattr("products.querysets.sample.SAMPLED_FOR_CATEGORIES", ROWS // 5)
    monkeypatch.setattr("products.querysets.sample.ENOUGH", ROWS // 20)
    create(["Lamp red", "Mug"] * (ROWS // 2), "garden")
    queryset, number = matches(search="red lamp")
    [(_, found, lowest, highest)] = sampled_by_category(queryset, ROWS, selected)
    assert (found == number, lowest, highest) == (is_all, Decimal("9.99"), Decimal("9.99"))
