"""Columns that are named on purpose: a file must have them, a row need not."""

import json

import pytest

from products.models import Product
from tests.products.import_products.conftest import row, stored

pytestmark = pytest.mark.django_db

RENAMED = {"title": "Mug", "price": 1, "category": "Kitchen"}


def as_lines(rows):
    return "\n".join(map(json.dumps, rows))


either = pytest.mark.parametrize(("name", "lay_out"), [("a.json", json.dumps), ("a.jsonl", as_lines)])


@either
def test_json_may_leave_out_what_is_empty_in_any_row(run, name, lay_out):
    rows = [RENAMED, RENAMED | {"title": "Pan", "desc": "Iron."}, RENAMED | {"title": "Pot"}]
    out, err = run(lay_out(rows), "--map", "title=name", "desc=description", name=name)
    assert (out.partition(" created")[0], err) == ("3 products", "")
    assert stored("name", "description") == [("Mug", ""), ("Pan", "Iron."), ("Pot", "")]


@either
def test_a_first_row_without_what_is_required_is_one_bad_row(run, name, lay_out):
    out, err = run(lay_out([row(), row(name="Pan", sku="7")]), "--key", "sku", "--skip-bad", name=name)
    assert out.strip().endswith("1 bad rows skipped.")
    assert err.strip() == "Row 1: sku: The key is missing, or is neither text nor a whole number."
    assert stored("name") == [("Pan",)]


@either
def test_a_column_that_no_row_has_is_named_and_nothing_is_kept(run, name, lay_out):
    rows = [RENAMED, RENAMED | {"desc": "Iron."}]
    _, err = run(lay_out(rows), "--skip-bad", "--map", "title=name", "dsc=description", name=name)
    assert (err, Product.objects.count()) == ("The file has no column 'dsc'. Did you mean 'desc'?", 0)


def test_a_csv_is_judged_by_its_header_and_not_by_its_first_row(run):
    out, err = run(
        "name,price,category,sku\nMug,1,Kitchen\nPan,1,Kitchen,7", "--key", "sku", "--skip-bad", name="a.csv"
    )
    assert out.strip().endswith("1 bad rows skipped.")
    assert err.startswith("Row 1: sku: The key is missing")


def test_a_csv_without_the_column_is_refused_before_its_rows_are_read(run):
    _, err = run('name,price,category\n"broken', "--key", "sku", name="a.csv")
    assert err == "The file has no column 'sku'. It has: name, price, category."


@pytest.mark.parametrize(
    ("name", "content"), [("a.csv", "name,price,category,sku"), ("a.json", "[]"), ("a.jsonl", "\n")]
)
def test_a_file_without_rows_lacks_no_column(run, name, content):
    out, err = run(content, "--key", "sku", name=name)
    assert (out.partition(" created")[0], err) == ("0 products", "")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "title,category,cost\nMug,Kitchen,1\n"),
        ("a.json", json.dumps([{"title": "Mug", "category": "Kitchen", "cost": 1}])),
        ("a.jsonl", json.dumps({"title": "Mug", "category": "Kitchen", "cost": 1})),
    ],
)
def test_a_file_without_a_column_that_every_product_has_is_refused_once(run, name, content):
    _, err = run(content, "--map", "title=name", "--skip-bad", name=name)
    assert err == (
        "The file has no column 'price'. It has: title, category, cost. "
        "Say which of them it is with --map THEIRS=price."
    )
    out, err = run(content, "--map", "title=name", "cost=price", name=name)
    assert (out.partition(" created")[0], err) == ("1 products", "")


def test_two_columns_that_are_one_of_ours_are_refused(run):
    content = "Name,NAME,price,category\nMug,Pan,1,Kitchen\n"
    _, err = run(content, name="a.csv")
    assert (err, Product.objects.count()) == ("The file has more than one column 'name': Name, NAME.", 0)
    run(content, "--map", "NAME=name", name="a.csv")
    assert stored("name") == [("Pan",)]
    run(content.replace("NAME", "name"), name="a.csv")  # the very name wins
    assert stored("name") == [("Pan",), ("Pan",)]
