import json
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from products.models import Category, Product
from tests.factories import CategoryFactory, ProductFactory

pytestmark = pytest.mark.django_db

REAL = Path(__file__).with_name("real_products.json")


@pytest.fixture
def run(tmp_path):
    """Import a file with this content; returns what was printed, and what was complained about."""

    def run(content, *arguments, name="products.json"):
        path = tmp_path / name
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        out, err = StringIO(), StringIO()
        try:
            call_command("import_products", str(path), *arguments, stdout=out, stderr=err)
        except CommandError as error:
            return out.getvalue(), f"{err.getvalue()}{error}"
        return out.getvalue(), err.getvalue()

    return run


def row(**changes):
    return {"name": "Mug", "description": "Blue.", "price": 4.5, "category": "Kitchen"} | changes


def stored(*fields):
    return sorted(Product.objects.values_list(*(fields or ("name", "price", "category__name"))))


def test_real_products_are_imported_and_a_second_time_changes_nothing(run):
    content = REAL.read_text()
    out, err = run(content, "--map", "title=name", "--key", "id")
    assert (out.split(";")[0], err) == ("20 products created, 0 updated, 0 unchanged", "")
    before = list(Product.objects.order_by("pk").values())
    out, _ = run(content, "--map", "title=name", "--key", "id")
    assert out.startswith("0 products created, 0 updated, 20 unchanged; 0 categories created;")
    assert list(Product.objects.order_by("pk").values()) == before


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "name,price,category\nMug,4.50,Kitchen\nPan,20,Kitchen\n"),
        ("a.csv", "\ufeffname;price;category\r\nMug;4.50;Kitchen\r\nPan;20;Kitchen\r\n"),
        ("a.CSV", 'name\tprice\tcategory\n"Mug"\t4.50\tKitchen\nPan\t20\tKitchen'),
        ("a.json", json.dumps([row(), row(name="Pan", price="20.00")])),
        ("a.json", json.dumps({"total": 2, "results": [row(), row(name="Pan", price=20)]})),
        ("a.jsonl", f"{json.dumps(row())}\n\n{json.dumps(row(name='Pan', price=20))}\n"),
        (
            "a.ndjson",
            f"{json.dumps(row(category={'id': 'x', 'name': 'Kitchen'}))}\n{json.dumps(row(name='Pan', price=20))}",
        ),
    ],
)
def test_every_format_is_read(run, name, content):
    out, err = run(content, name=name)
    assert (out.strip(), err) == (
        "2 products created, 0 updated, 0 unchanged; 1 categories created; 0 bad rows skipped.",
        "",
    )
    assert stored() == [("Mug", Decimal("4.50"), "Kitchen"), ("Pan", Decimal("20.00"), "Kitchen")]


@pytest.mark.parametrize("text", ["\\N", "\\.", "a\n\\.\nb", "a\tb\\", '"', "'", "a,b;c", "\r\n x", "%s", "€ 😀"])
def test_what_looks_like_a_command_to_the_database_is_text(run, text):
    run([row(description=f"<{text}>", sku=text), row(name="Pan", description=text)], "--skip-bad")
    assert {description for (description,) in stored("description")} == {f"<{text}>", text.strip()}


def test_columns_are_found_without_regard_to_case_and_blanks(run):
    out, _ = run("Name, PRICE ,Category\nMug,4.50,Kitchen\n", name="a.csv")
    assert out.startswith("1 products created")


def test_what_the_api_answers_can_be_imported(run, api):
    ProductFactory.create_batch(3)
    page = api.get("/api/products/").json()
    out, _ = run(page, "--key", "id")
    assert out.startswith("3 products created, 0 updated, 0 unchanged; 0 categories created")


def test_a_key_updates_what_it_made_and_only_what_differs(run):
    run([row(sku="a"), row(sku="b", name="Pan")], "--key", "sku")
    before = dict(Product.objects.values_list("name", "updated_at"))
    out, _ = run([row(sku="a"), row(sku="b", name="Pan", price=9), row(sku="c", name="Pot")], "--key", "sku")
    assert out.startswith("1 products created, 1 updated, 1 unchanged;")
    after = dict(Product.objects.values_list("name", "updated_at"))
    assert (after["Mug"] == before["Mug"], after["Pan"] > before["Pan"]) == (True, True)
    assert stored("name", "price") == [("Mug", Decimal("4.50")), ("Pan", Decimal("9.00")), ("Pot", Decimal("4.50"))]


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


BAD = [
    row(),
    row(price=-1),
    row(name=" ", price="1e5"),
    {"name": "Pan", "price": 1},
    row(name="x" * 201),
    row(category="a\x00"),
    row(name=5),
]


def test_one_bad_row_stops_everything_and_all_are_reported_with_number_and_reason(run):
    out, err = run(BAD)
    assert (out, Product.objects.count(), Category.objects.count()) == ("", 0, 0)
    assert err.splitlines() == [
        "Row 2: price: Ensure this value is greater than or equal to 0.",
        "Row 3: name: This field may not be blank. price: A valid number is required.",
        "Row 4: category: This field is required.",
        "Row 5: name: Ensure this field has no more than 200 characters.",
        "Row 6: category: Null characters are not allowed. Control and text-direction characters are not allowed.",
        "Row 7: name: Not a valid string.",
        "Nothing was imported: 6 bad rows. Mend them, or import the others with --skip-bad.",
    ]


def test_a_row_with_more_cells_than_columns_is_a_bad_row(run):
    _, err = run("name,price,category\nMug, blue,4.50,Kitchen\n", name="a.csv")
    assert err.startswith("Row 1: row: It has more cells than the file has columns.")
    assert stored() == []


@pytest.mark.parametrize("names", [["ẞ", "ß"], ["İ", "i"], ["Θ", "ϴ"], ["Café", "CAFE\u0301"]])
def test_categories_are_the_same_when_the_database_says_so(run, names):
    run([row(category=name) for name in names])
    kept = Category.objects.count()
    _, err = run([row(category=name) for name in reversed(names)])
    assert (err, Product.objects.count(), Category.objects.count()) == ("", 4, kept)


def test_two_columns_cannot_fill_one_of_ours(run):
    _, err = run([{"a": "Mug", "b": "Pan", "price": 1, "category": "x"}], "--map", "a=name", "b=name")
    assert err == "--map: two columns cannot fill one of ours."


def test_the_good_rows_can_be_imported_without_the_bad(run):
    out, err = run(BAD, "--skip-bad")
    assert out.strip() == "1 products created, 0 updated, 0 unchanged; 1 categories created; 6 bad rows skipped."
    assert len(err.splitlines()) == 6
    assert stored("name") == [("Mug",)]


def test_a_long_list_of_bad_rows_is_cut(run):
    _, err = run([row(price="x")] * 60)
    assert len(err.splitlines()) == 52
    assert "… and 10 more." in err


def test_a_key_that_is_missing_or_comes_twice_is_a_bad_row(run):
    _, err = run(
        [row(sku="a"), row(), row(sku=" a"), row(sku=None), row(sku=1.5), row(sku="x" * 300), row(sku="\ud800")],
        "--key",
        "sku",
    )
    assert [line.split(":")[0] for line in err.splitlines()[:-1]] == [f"Row {number}" for number in (2, 3, 4, 5, 6, 7)]
    assert "Row 3: sku: Row 1 has the same key." in err


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        ("[{", "a.json", "a.json is not valid JSON: "),
        ('{"a": 1}', "a.json", "a.json must hold a JSON list of objects."),
        ("[1]", "a.json", "a.json: row 1 is not a JSON object."),
        ("[" * 100_000, "a.json", "a.json is not valid JSON: nested too deep"),
        ('{"name": 1}\n{', "a.jsonl", "a.jsonl, line 2 is not valid JSON: "),
        ('name,price\n"a,1', "a.csv", "a.csv is not valid CSV: "),
        ("name,name,price\na,b,1", "a.csv", "a.csv has more than one column 'name'."),
        ("x", "a.xlsx", "a.xlsx: the name must end in one of: .csv, .json, .jsonl, .ndjson."),
    ],
)
def test_a_file_that_cannot_be_read_says_why(run, content, name, message):
    _, err = run(content, name=name)
    assert message in err
    assert Product.objects.count() == 0


def test_a_file_that_is_not_there_or_not_utf8_says_so(tmp_path):
    (tmp_path / "a.csv").write_bytes("name,price,category\nCafé,1,a".encode("latin-1"))
    for name, message in (("b.csv", "No such file"), ("a.csv", "a.csv is not UTF-8 text")):
        with pytest.raises(CommandError, match=message):
            call_command("import_products", str(tmp_path / name))


def test_a_column_that_is_not_there_is_named_with_what_was_meant(run):
    _, err = run([row(title="a")], "--map", "titel=name")
    assert err == "The file has no column 'titel'. Did you mean 'title'?"
    _, err = run([row()], "--key", "sku")
    assert err == "The file has no column 'sku'. It has: name, description, price, category."


@pytest.mark.parametrize("pair", ["title", "title=", "=name", "title=titel"])
def test_a_mapping_that_is_none_is_refused(run, pair):
    _, err = run([row()], "--map", pair)
    assert "is not THEIRS=OURS, with OURS one of: name, description, price, category" in err
