"""What a list takes: parameters that are unknown, given twice, or lists themselves, and the fields that are shown."""

import pytest

from tests.conftest import faults
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db


def test_an_unknown_parameter_is_named_with_what_was_meant_and_what_is_allowed(api):
    response = api.get("/api/products/", {"pagesize": 5, "page": 1})
    assert faults(response) == {"pagesize": ["unknown_parameter"]}
    [error] = response.json()["errors"]["pagesize"]
    assert error["message"].startswith("Unknown: 'pagesize'. Did you mean 'page_size'? Allowed: category, min_price,")


def test_a_parameter_given_twice_is_refused_unless_it_is_a_list(api):
    assert faults(api.get("/api/products/?page=1&page=2")) == {"page": ["repeated"]}
    assert api.get("/api/products/?category=a&category=b").status_code == 200
    assert api.get("/api/products/?" + "ordering=price&" * 500).status_code == 200


@pytest.mark.parametrize(
    "query", ["fields=name,price&ordering=name,-price", "fields=name&fields=price&ordering=name&ordering=-price"]
)
def test_lists_are_joined_by_commas_or_repeated(api, query):
    for name, price in (("Pan", 2), ("Mug", 1), ("Mug", 2)):
        ProductFactory(name=name, price=price)
    shown = api.get(f"/api/products/?{query}").json()["results"]
    assert shown == [{"name": n, "price": p} for n, p in (("Mug", "2.00"), ("Mug", "1.00"), ("Pan", "2.00"))]


def test_fields_limits_what_is_shown(api):
    product = ProductFactory()
    assert api.get("/api/products/", {"fields": "price,id"}).json()["results"] == [
        {"id": str(product.id), "price": "9.99"}
    ]
    assert api.get(f"/api/products/{product.id}/", {"fields": "name"}).json() == {"name": product.name}


def test_an_unknown_field_is_refused_by_name(api):
    product = ProductFactory()
    for path in ("/api/products/", f"/api/products/{product.id}/"):
        response = api.get(path, {"fields": "id,nmae"})
        assert faults(response) == {"fields": ["invalid"]}
        assert "Did you mean 'name'?" in response.json()["errors"]["fields"][0]["message"]


@pytest.mark.parametrize(
    ("path", "faulty"),
    [
        (
            "products/?pagesize=5&min_price=a&created_after=b&ordering=cost&fields=nmae&page_size=0&cursor=",
            "pagesize unknown_parameter, min_price invalid, created_after invalid, ordering invalid, fields invalid, "
            "page_size invalid",
        ),
        ("products/?ordering=name&ordering=cost&page_size=1&page_size=b", "ordering invalid, page_size repeated"),
        ("products/?page=5001&page_size=20&min_price=3&max_price=1", "min_price invalid_range"),
        ("products/?cursor=nonsense&ordering=cost", "ordering invalid"),
        (
            "products/facets/?min_price=a&page=1&page_size=0&fields=nmae",
            "min_price invalid, page unknown_parameter, page_size unknown_parameter, fields unknown_parameter",
        ),
        ("categories/?ordering=price&page_size=0&fields=id", "ordering invalid, page_size invalid"),
    ],
)
def test_every_faulty_parameter_is_named_at_once(api, path, faulty):
    response = api.get(f"/api/{path}")
    expected = {name: [code] for name, code in map(str.split, faulty.split(", "))}
    assert faults(response) == expected
    number = f"{len(expected)} invalid parameter{'s' if len(expected) > 1 else ''}"
    assert response.json()["detail"] == f"The request has {number}."
    assert api.head(f"/api/{path}").status_code == 400
