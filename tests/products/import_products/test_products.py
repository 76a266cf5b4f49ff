from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from products.bulk.columns import Columns
from products.bulk.importing import Importer
from products.models import Category, Product
from tests.conftest import problem
from tests.factories import CategoryFactory
from tests.products.import_products.conftest import row, stored
from tests.products.writers import written

pytestmark = pytest.mark.django_db

REAL = Path(__file__).with_name("real_products.json")


def test_real_products_are_imported_and_a_second_time_changes_nothing(run):
    content = REAL.read_text()
    out, err = run(content, "--map", "title=name", "--key", "id")
    assert (out.split(";")[0], err) == ("20 products created, 0 updated, 0 unchanged", "")
    before = list(Product.objects.order_by("pk").values())
    out, _ = run(content, "--map", "title=name", "--key", "id")
    assert out.startswith("0 products created, 0 updated, 20 unchanged; 0 categories created;")
    assert list(Product.objects.order_by("pk").values()) == before


PRICES = {
    "1,50": "1.50",
    "0,5": "0.50",
    "1234,50": "1234.50",
    "1.234,50": "1234.50",
    "1.234.567,8": "1234567.80",
    "2.50": "2.50",
}


@pytest.mark.parametrize("price", PRICES)
def test_a_decimal_comma_is_read_where_it_can_be_nothing_else(run, price):
    _, err = run(f"Name;Price;Category\nMug;{price};Kitchen\n", name="a.csv")
    assert (err, stored("price")) == ("", [(Decimal(PRICES[price]),)])


@pytest.mark.parametrize(
    "price", ["1,234", "1,2345", "1.234", "1234.567,50", "12.34,50", "1,234.50", ",50", "1,", "1,5,0"]
)
def test_a_comma_that_could_stand_before_thousands_is_refused(run, price):
    _, err = run(f"name;price;category\nMug;{price};Kitchen\n", name="a.csv")
    assert (err.startswith("Row 1: price: "), stored()) == (True, [])


@pytest.mark.parametrize("text", ["\\N", "\\.", "a\n\\.\nb", "a\tb\\", '"', "'", "a,b;c", "\r\n x", "%s", "€ 😀"])
def test_what_looks_like_a_command_to_the_database_is_text(run, text):
    run([row(description=f"<{text}>", sku=text), row(name="Pan", description=text)], "--skip-bad")
    assert {description for (description,) in stored("description")} == {f"<{text}>", text.strip()}


def test_a_key_updates_what_it_made_and_only_what_differs(run):
    run([row(sku="a"), row(sku="b", name="Pan")], "--key", "sku")
    before = dict(Product.objects.values_list("name", "updated_at"))
    out, _ = run([row(sku="a"), row(sku="b", name="Pan", price=9), row(sku="c", name="Pot")], "--key", "sku")
    assert out.startswith("1 products created, 1 updated, 1 unchanged;")
    after = dict(Product.objects.values_list("name", "updated_at"))
    assert (after["Mug"] == before["Mug"], after["Pan"] > before["Pan"]) == (True, True)
    assert stored("name", "price") == [("Mug", Decimal("4.50")), ("Pan", Decimal("9.00")), ("Pot", Decimal("4.50"))]


def test_what_is_imported_over_a_change_comes_after_it(api):
    mug = row(sku="a", price="4.50")
    Importer(Columns(key="sku")).run([(1, mug)])
    product = Product.objects.get()

    def records():
        yield 1, mug | {"name": "Pan"}
        product.price = 9
        product.save()  # by somebody else, while the file is being read

    Importer(Columns(key="sku")).run(records())
    since = f"{product.updated_at + timedelta(microseconds=1):%Y-%m-%dT%H:%M:%S.%fZ}"
    changed = api.get("/api/products/", {"updated_after": since}).json()["results"]
    assert [(each["name"], each["price"]) for each in changed] == [("Pan", "4.50")]


def test_a_description_that_the_file_does_not_have_is_left_alone(run):
    run([row(sku="a")], "--key", "sku")
    run("sku,name,price,category\na,Mug,5,Kitchen", "--key", "sku", name="a.csv")
    assert stored("description", "price") == [("Blue.", Decimal("5.00"))]


def test_equal_keys_of_two_suppliers_are_kept_apart(run):
    run([row(sku="1")], "--key", "sku", "--source", "north")
    out, _ = run([row(sku="1", name="Pan")], "--key", "sku", "--source", "south")
    assert out.startswith("1 products created, 0 updated")


def test_without_a_key_every_row_is_a_new_product(run):
    run([row()])
    run([row()])
    assert stored("name") == [("Mug",), ("Mug",)]


def test_a_category_is_used_by_name_or_slug_or_made(run):
    CategoryFactory(name="KITCHEN", slug="cooking")
    CategoryFactory(name="Men's Shirts", slug="mens-shirts")
    out, _ = run([row(), row(category="mens-shirts"), row(category="New"), row(category="new ")])
    assert "1 categories created" in out
    assert sorted(Category.objects.values_list("name", flat=True)) == ["KITCHEN", "Men's Shirts", "New"]


@pytest.mark.parametrize("names", [["ẞ", "ß"], ["İ", "i"], ["Θ", "ϴ"], ["Café", "CAFE\u0301"]])
def test_categories_are_the_same_when_the_database_says_so(run, names):
    run([row(category=name) for name in names])
    kept = Category.objects.count()
    _, err = run([row(category=name) for name in reversed(names)])
    assert (err, Product.objects.count(), Category.objects.count()) == ("", 4, kept)


def test_a_category_is_known_by_its_name_before_it_is_by_its_slug(run):
    CategoryFactory(name="Backyard", slug="garden")
    run([row(category="garden")])
    assert stored("category__name") == [("Backyard",)]
    Product.objects.all().delete()
    CategoryFactory(name="Garden", slug="garden-2")
    run([row(category="garden")])
    assert stored("category__name") == [("Garden",)]


@pytest.mark.django_db(transaction=True)
def test_a_category_that_an_import_fills_cannot_be_deleted_meanwhile(editor):
    CategoryFactory(name="Kitchen", slug="kitchen")
    answers = []

    def records():
        yield 1, row(price="4.50")
        with ThreadPoolExecutor() as pool:
            answers.append(pool.submit(written, editor.user, "delete", "/api/categories/kitchen/").result())
        yield 2, row(name="Pan", price="4.50")

    Importer(Columns()).run(records())
    assert problem(answers[0]) == (503, "service_unavailable")  # it has waited for the import
    assert stored("name") == [("Mug",), ("Pan",)]
