import json
from decimal import Decimal
from uuid import uuid4

import pytest

from tests.conftest import faults, problem
from tests.factories import CategoryFactory
from tests.products.conftest import stored

pytestmark = pytest.mark.django_db


def test_a_created_product_is_answered_where_it_is_and_kept(editor, body):
    response = editor.post("/api/products/", body)
    shown = response.json()
    assert response.status_code == 201
    assert response["Location"] == f"http://testserver/api/products/{shown['id']}/"
    assert editor.get(response["Location"]).json() == shown
    assert (shown["price"], shown["category"]["slug"]) == ("19.99", "lamps")


def test_creating_costs_six_queries(editor, body, django_assert_num_queries):
    # 1. the user's permissions  2., 6. a savepoint  3. the category  4. the row  5. the audit log
    with django_assert_num_queries(6):
        editor.post("/api/products/", body)


@pytest.mark.parametrize("price", ["0", "0.00", "99999999.99", 5, 5.5, "007.50", " 3.10 "])
def test_a_price_is_a_number_or_a_plain_decimal_string(editor, body, price):
    shown = editor.post("/api/products/", body | {"price": price}).json()
    assert shown["price"] == f"{Decimal(str(price).strip()):.2f}"


@pytest.mark.parametrize(
    "price",
    [
        *(
            "-1",
            -1,
            "-0.01",
            "-0",
            "1_000",
            "1E+2",
            "1e2",
            "１２",
            "٣",
            "NaN",
            "Infinity",
            "-Infinity",
            "1.999",
            "0.001",
        ),
        *("100000000", "99999999.995", "1" * 400, "", " ", "abc", "1,5", "$5", "+5", "5.", ".5", "0x10"),
        *(None, True, [], {}, [5], 1e300),
    ],
)
def test_what_is_no_price_is_refused_on_its_field(editor, body, price):
    assert list(faults(editor.post("/api/products/", body | {"price": price}))) == ["price"]
    assert stored() == []


@pytest.mark.parametrize("price", ["1e2", "19.999999999999999999", "1E400", "-0", "-0.0", "1.10e1", "1" * 5000])
def test_a_json_number_is_judged_as_it_was_written(editor, body, price):
    text = json.dumps(body | {"price": "PRICE"}).replace('"PRICE"', price)
    response = editor.generic("POST", "/api/products/", text, content_type="application/json")
    assert problem(response) in {(400, "invalid"), (400, "parse_error")}
    assert stored() == []


def test_a_negative_price_says_what_the_least_is(editor, body):
    response = editor.post("/api/products/", body | {"price": -5})
    assert response.json()["detail"] == "The request has 1 invalid field."
    assert response.json()["errors"] == {
        "price": [{"code": "min_value", "message": "Ensure this value is greater than or equal to 0."}]
    }


@pytest.mark.parametrize(
    "name",
    [
        *(
            "",
            "  ",
            "\u200b\u200b",
            "\u2800\u3164",
            "\u0301",
            "\u202eevil",
            "a\u2066b",
            "a\x00b",
            "a\x07b",
            "a\nb",
            "a\u2028b",
            "\u2065\U000e0080\ufff0",
            "a\U0001ffff",
            "e" + "\u0301" * 31,
        ),
        *("x" * 201, None, 5, True, [], {}, ["a"]),
    ],
)
def test_what_is_no_name_is_refused_on_its_field(editor, body, name):
    assert list(faults(editor.post("/api/products/", body | {"name": name}))) == ["name"]
    assert stored() == []


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("  Mug ", "Mug"),
        ("Cafe\u0301", "Café"),
        ("\ufeffMug\u200b", "Mug"),
        ("x" * 200, "x" * 200),
        (" " * 1000 + "x" * 200, "x" * 200),
        ("\u1112\u1161\u11ab" * 200, "한" * 200),
        ("👨\u200d👩", "👨\u200d👩"),
    ],
)
def test_a_name_is_kept_trimmed_and_composed(editor, body, sent, kept):
    assert editor.post("/api/products/", body | {"name": sent}).json()["name"] == kept


def test_a_description_may_have_lines_but_no_control_characters(editor, body):
    assert editor.post("/api/products/", body | {"description": "a\n\tb"}).json()["description"] == "a\n\tb"
    assert editor.post("/api/products/", body | {"description": ""}).status_code == 201
    for bad in ("a\x00", "\x1c", "\x1f\x1e", "\x85", "\u202ea", "x" * 10_001, None, 5):
        assert list(faults(editor.post("/api/products/", body | {"description": bad}))) == ["description"]


def test_a_long_description_is_kept_trimmed_and_composed_too(editor, body):
    sent = " " + "e\u0301" * 10_000
    assert editor.post("/api/products/", body | {"description": sent}).json()["description"] == "é" * 10_000


def test_a_long_run_of_accents_is_refused_at_once(editor, body):
    hostile = "a" + "\u0301\u0327" * 150_000
    for field in ("name", "description"):
        assert list(faults(editor.post("/api/products/", body | {field: hostile}))) == [field]


def test_of_many_unknown_fields_twenty_are_named(editor, body):
    unknown = {f"field{number}": 1 for number in range(50_000)}
    assert len(faults(editor.post("/api/products/", body | unknown))) == 20


@pytest.mark.parametrize("kind", ["slug", "uuid", "UUID", "object", "object without id"])
def test_a_category_is_given_by_slug_id_or_as_it_was_read(editor, body, kind):
    category = CategoryFactory(name="Chairs", slug="chairs")
    reference = {
        "slug": "chairs",
        "uuid": str(category.pk),
        "UUID": str(category.pk).upper(),
        "object": {"id": str(category.pk), "name": "Chairs", "slug": "chairs"},
        "object without id": {"slug": "chairs"},
    }[kind]
    assert editor.post("/api/products/", body | {"category": reference}).json()["category"]["slug"] == "chairs"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"slug": "lamps"}, {"category": ["contradiction"]}),
        ({"slug": 5}, {"category": ["contradiction"]}),
        ({"id": 0}, {"category": ["incorrect_type"]}),
        ({"id": ""}, {"category": ["does_not_exist"]}),
        ({"shelf": 1}, {"category.shelf": ["unknown_field"]}),
    ],
)
def test_a_category_that_contradicts_itself_is_refused(editor, body, change, expected):
    category = CategoryFactory(name="Chairs", slug="chairs")
    read = {"id": str(category.pk), "name": "Chairs", "slug": "chairs"}
    assert faults(editor.post("/api/products/", body | {"category": read | change})) == expected
    assert editor.get("/api/products/").json()["count"] == 0


@pytest.mark.parametrize("category", ["nope", str(uuid4()), "", None, 5, True, [], {}, {"id": 5}, "a\x00b", ["lamps"]])
def test_what_is_no_category_is_refused_on_its_field(editor, body, category):
    assert list(faults(editor.post("/api/products/", body | {"category": category}))) == ["category"]
    assert stored() == []


def test_every_field_at_fault_is_named_at_once(editor):
    assert faults(editor.post("/api/products/", {"price": "x", "colour": "red", "nam": "x"})) == {
        "name": ["required"],
        "price": ["invalid"],
        "category": ["required"],
        "colour": ["unknown_field"],
        "nam": ["unknown_field"],
    }


def test_read_only_fields_are_ignored(editor, body):
    sent = {"id": str(uuid4()), "created_at": "2001-01-01T00:00:00Z", "updated_at": "2001-01-01T00:00:00Z"}
    shown = editor.post("/api/products/", body | sent).json()
    assert {name: shown[name] for name in sent}.items().isdisjoint(sent.items())


@pytest.mark.parametrize("body", [[], "text", 5, None, True, [{"name": "a"}]])
def test_a_body_that_is_no_object_is_refused(editor, body):
    response = editor.generic("POST", "/api/products/", json.dumps(body), content_type="application/json")
    assert list(faults(response)) == ["non_field_errors"]
