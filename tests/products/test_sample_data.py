from io import StringIO
from unittest.mock import Mock

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F

from products import sample_data, services
from products.models import Category, Product
from products.serializers import ProductWriteSerializer
from tests.factories import CategoryFactory, ProductFactory

pytestmark = pytest.mark.django_db


def seed(*arguments):
    out = StringIO()
    call_command("seed_catalogue", *arguments, stdout=out)
    return out.getvalue()


def catalogue():
    return [list(model.objects.order_by("pk").values()) for model in (Category, Product)]


def test_the_sample_shop_has_what_the_readme_promises(api):
    seed()
    assert (Category.objects.count(), Product.objects.count()) == (24, 289)
    query = {"category": "electronics", "ordering": "-price", "search": "laptop"}
    page = api.get("/api/products/", query).json()
    prices = [float(product["price"]) for product in page["results"]]
    assert (page["count"], prices) == (9, sorted(prices, reverse=True))
    assert api.get("/api/categories/laptops/").json()["product_count"] == 12


def test_the_sample_shop_is_the_same_every_time():
    seed()
    first = catalogue()
    assert "0 products added" in seed()
    assert catalogue() == first
    Product.objects.all().delete()
    Category.objects.all().delete()
    seed()
    assert catalogue() == first


def test_loading_again_leaves_edits_alone_and_reset_brings_the_shop_back_exactly():
    seed()
    first = catalogue()
    Product.objects.filter(category__slug="toys").update(price=1)
    ProductFactory()
    edited = catalogue()
    seed()
    assert catalogue() == edited
    assert "Deleted 290 products and 25 categories." in seed("--reset", "--no-input")
    assert catalogue() == first


@pytest.mark.parametrize("answer", ["", "y", EOFError, KeyboardInterrupt])
def test_a_reset_without_a_yes_deletes_nothing(monkeypatch, answer):
    ProductFactory()
    before = catalogue()
    monkeypatch.setattr("sys.stdin", Mock(isatty=Mock(return_value=True)))
    monkeypatch.setattr("builtins.input", Mock(side_effect=[answer]))
    with pytest.raises(CommandError, match=r"^Nothing was deleted\.$"):
        seed("--reset")
    assert catalogue() == before


@pytest.mark.parametrize(("arguments", "at_a_terminal"), [([], False), (["--no-input"], True)])
def test_a_reset_asks_nobody_who_is_not_there_or_has_said_so(monkeypatch, arguments, at_a_terminal):
    monkeypatch.setattr("sys.stdin", Mock(isatty=Mock(return_value=at_a_terminal)))
    monkeypatch.setattr("builtins.input", Mock(side_effect=AssertionError))
    assert "Deleted 0 products and 0 categories." in seed("--reset", *arguments)


def test_a_reset_says_what_it_deletes_and_does_after_a_yes(monkeypatch):
    ProductFactory()
    monkeypatch.setattr("sys.stdin", Mock(isatty=Mock(return_value=True)))
    monkeypatch.setattr("builtins.input", ask := Mock(return_value="yes"))
    assert "Deleted 1 products and 1 categories." in seed("--reset")
    assert ask.call_args.args[0].startswith("This deletes 1 products and 1 categories, your own among them.")


def test_categories_that_are_there_by_name_or_slug_are_used():
    CategoryFactory(name="LAPTOPS", slug="portable")
    CategoryFactory(name="Playthings", slug="toys")
    seed()
    assert Category.objects.count() == 24
    assert Category.objects.get(slug="portable").products.count() == 12
    assert Category.objects.get(slug="toys").products.count() == 12


def test_every_sample_product_would_pass_as_a_request():
    seed()
    for product in Product.objects.select_related("category"):
        body = {"name": product.name, "description": product.description, "price": str(product.price)}
        serializer = ProductWriteSerializer(data=body | {"category": product.category.slug})
        assert serializer.is_valid(), serializer.errors
        assert serializer.validated_data["name"] == product.name


def test_generated_products_come_on_top_and_only_once():
    assert "Generated: 500 products added, 0 were there already." in seed("--products", "500", "--seed", "7")
    first = catalogue()
    assert "Generated: 0 products added, 500 were there already." in seed("--products", "500", "--seed", "7")
    assert catalogue() == first
    assert "Generated: 500 products added, 0 were there already." in seed("--products", "500", "--seed", "8")
    assert Product.objects.count() == 1289


def test_generated_products_are_skewed_over_categories_prices_and_three_years():
    seed("--products", "2000")
    generated = Product.objects.all()
    electronics, pets = (generated.filter(category__slug=slug).count() for slug in ("electronics", "pet-supplies"))
    assert electronics > 5 * pets
    prices = sorted(generated.values_list("price", flat=True))
    assert prices[-1] > 20 * prices[len(prices) // 2]
    times = generated.values_list("created_at", flat=True)
    assert (min(times).year, max(times).year) == (2023, 2025)
    assert generated.filter(updated_at__lt=F("created_at")).count() == 0


def test_loading_takes_rows_in_batches_and_never_all_at_once(monkeypatch):
    sample_data.load_sample_shop()
    monkeypatch.setattr("products.services.loading.BATCH_ROWS", 100)
    ahead = []

    def rows():
        for number, row in enumerate(sample_data.generate_products(250, seed=1)):
            ahead.append(number - (Product.objects.count() - 289))
            yield row

    assert services.insert_products(rows()) == 250
    assert max(ahead) == 99


def test_nothing_is_loaded_when_one_row_cannot_be():
    seed()
    before = catalogue()
    good, bad = list(sample_data.generate_products(2, seed=3))
    with pytest.raises(Exception, match="product_price_not_negative"):
        services.insert_products([good, bad._replace(price=-1)])
    assert catalogue() == before


@pytest.mark.parametrize("arguments", [("--products", "-1"), ("--products", "x"), ("--seed", "x")])
def test_a_number_that_is_none_is_refused(arguments):
    with pytest.raises((CommandError, SystemExit)):
        seed(*arguments)
    assert Product.objects.count() == 0


def test_what_was_loaded_has_statistics_and_its_words_too():
    sample_data.load_sample_shop()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), (SELECT count(*) FROM products_productword) FROM products_product")
        expected = cursor.fetchone()
        cursor.execute(
            "SELECT reltuples FROM pg_class WHERE oid IN "
            "('products_product'::regclass, 'products_productword'::regclass) ORDER BY relname"
        )
        assert tuple(number for [number] in cursor) == expected
