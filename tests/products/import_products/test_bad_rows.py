import pytest

from products.models import Category, Product
from tests.products.import_products.conftest import row, stored

pytestmark = pytest.mark.django_db


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
