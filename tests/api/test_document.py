import json
import re

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from jsonschema import Draft4Validator, FormatChecker
from rest_framework.schemas.generators import EndpointEnumerator
from swagger_spec_validator.validator20 import validate_spec

from ecommerce_backend.api.schema import SchemaGenerator


def routed_operations():
    return {(method, path) for path, method, _ in EndpointEnumerator().get_api_endpoints()}


def test_every_route_is_documented_and_every_documented_route_exists(document):
    assert set(document.operations) == routed_operations()


def test_nothing_under_api_is_routed_past_django_rest_framework():
    def views(patterns, prefix=""):
        for pattern in patterns:
            path = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from views(pattern.url_patterns, path)
            elif isinstance(pattern, URLPattern) and path.startswith("api/"):
                yield path, pattern.callback

    past = [path for path, view in views(get_resolver().url_patterns) if not hasattr(view, "cls")]
    assert past == []


def test_the_document_is_valid_swagger(document):
    validate_spec(document.data)


def test_every_operation_has_words_a_tag_and_no_basic_auth(document):
    for operation in document.operations.values():
        assert operation["summary"]
        assert operation["tags"][0] in {"Accounts", "Categories", "Health", "Index", "Products"}
        assert "503" in operation["responses"]
    assert list(document.data["securityDefinitions"]) == ["Bearer"]


def test_only_what_needs_a_token_has_a_lock(document):
    locked = {operation for operation, details in document.operations.items() if details["security"]}
    assert locked == {
        *((method, "/api/users/me/") for method in ("GET", "PATCH", "DELETE")),
        ("POST", "/api/users/me/password/"),
        *(("POST", path) for path in ("/api/products/", "/api/categories/")),
        *((method, "/api/products/{id}/") for method in ("PUT", "PATCH", "DELETE")),
        *((method, "/api/categories/{slug}/") for method in ("PUT", "PATCH", "DELETE")),
    }


def test_logging_in_is_documented_as_200_with_two_tokens(document):
    responses = document.operation("POST", "/api/token/")["responses"]
    name = responses["200"]["schema"]["$ref"].rsplit("/", 1)[-1]
    assert set(document.data["definitions"][name]["properties"]) == {"access", "refresh"}
    assert "201" not in responses


def body_of(document, method, path):
    [body] = [each for each in document.operation(method, path)["parameters"] if each["in"] == "body"]
    return document.data["definitions"][body["schema"]["$ref"].rsplit("/", 1)[-1]]


def test_a_patch_requires_nothing_and_a_put_what_a_product_needs(document):
    path = "/api/products/{id}/"
    assert body_of(document, "PUT", path)["required"] == ["name", "price", "category"]
    assert "required" not in body_of(document, "PATCH", path)


def test_deleting_oneself_documents_the_password_that_it_takes(document):
    assert list(body_of(document, "DELETE", "/api/users/me/")["properties"]) == ["current_password"]


def test_operations_are_named_after_their_paths(document):
    names = [operation["operationId"] for operation in document.operations.values()]
    assert len(names) == len(set(names))
    assert {"products_list", "categories_read", "token_create", "users_me_delete", "index_list"} <= set(names)


def test_the_product_list_documents_its_parameters_with_their_types(document):
    parameters = {each["name"]: each for each in document.operation("GET", "/api/products/")["parameters"]}
    assert list(parameters) == [
        *("category", "min_price", "max_price", "created_after", "created_before", "updated_after", "id", "search"),
        *("ordering", "fields", "page", "page_size", "cursor", "If-None-Match"),
    ]
    assert parameters["min_price"]["format"] == "decimal"
    assert parameters["created_after"]["format"] == "date-time"
    assert parameters["search"]["maxLength"] == 100
    assert parameters["category"]["collectionFormat"] == "csv"
    assert parameters["ordering"]["items"]["enum"][:2] == ["price", "-price"]
    assert all(each["description"] for each in parameters.values())


def test_the_facets_document_the_filters_of_the_list(document):
    listed, counted = (
        document.operation("GET", path)["parameters"] for path in ("/api/products/", "/api/products/facets/")
    )
    not_taken = {"ordering", "fields", "page", "page_size", "cursor"}
    assert counted == [each for each in listed if each["name"] not in not_taken]


@pytest.mark.parametrize(
    ("header", "statuses", "methods", "other"),
    [
        ("If-None-Match", {"304"}, {"GET"}, "users"),
        ("If-Match", {"412"}, {"PUT", "PATCH", "DELETE"}, "users"),
        ("Idempotency-Key", {"409", "422"}, {"POST"}, "register"),
    ],
)
def test_a_header_that_is_taken_is_documented_with_what_it_leads_to(document, header, statuses, methods, other):
    taking = {
        operation: details
        for operation, details in document.operations.items()
        if header in [each["name"] for each in details["parameters"]]
    }
    assert {method for method, _ in taking} == methods
    assert {path.split("/")[2] for _, path in taking} == {"products", "categories", other}
    assert all(statuses <= set(details["responses"]) for details in taking.values())


def test_operations_come_in_the_order_in_which_they_are_used(document):
    assert [tag["name"] for tag in document.data["tags"]] == ["Accounts", "Products", "Categories", "Index", "Health"]
    assert list(document.data["paths"]) == [
        *("/api/register/", "/api/token/", "/api/token/refresh/", "/api/token/blacklist/"),
        *("/api/users/me/", "/api/users/me/password/", "/api/password-reset/", "/api/password-reset/confirm/"),
        *("/api/products/", "/api/products/facets/", "/api/products/{id}/", "/api/products/{id}/picture.svg"),
        *("/api/categories/", "/api/categories/{slug}/", "/api/", "/health/live/", "/health/ready/"),
    ]


def objects(document):
    """Every object that the document describes: definitions, and the envelopes of lists."""
    answers = (operation["responses"] for operation in document.operations.values())
    envelopes = (each["200"]["schema"] for each in answers if "properties" in each.get("200", {}).get("schema", {}))
    return [*document.data["definitions"].values(), *envelopes]


def test_every_object_and_field_is_described_and_shown_by_an_example_that_fits(document):
    for schema in document.data["definitions"].values():
        assert schema["description"]
    for schema in objects(document):
        for name, field in schema["properties"].items():
            if "$ref" in field or "$ref" in field.get("items", {}):
                continue  # the object itself has words and examples
            assert field["description"], name
            Draft4Validator(document._strict(field), format_checker=FormatChecker()).validate(field["example"])


def test_every_error_has_the_shape_of_all_and_an_example_with_its_own_status(document):
    for operation in document.operations.values():
        for status, response in operation["responses"].items():
            if int(status) < 400:
                continue
            assert response["schema"]["$ref"] == "#/definitions/Problem"
            assert list(response["examples"]) == operation["produces"]
            example = response["examples"]["application/problem+json"]
            Draft4Validator(document._strict(response["schema"])).validate(example)
            assert example["status"] == int(status)
            assert ("errors" in example) == (status == "400")


def test_patterns_are_those_of_every_language(document):
    patterns = re.findall(r'"pattern": "(.*?)"', json.dumps(document.data))
    assert len(patterns) > 5
    assert [pattern for pattern in patterns if "\\\\A" in pattern or "\\\\Z" in pattern] == []


def test_behind_a_proxy_that_ends_tls_the_document_says_https(api, settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert api.get("/swagger.json", headers={"X-Forwarded-Proto": "https"}).json()["schemes"] == ["https"]
    assert api.get("/swagger.json").json()["schemes"] == ["http"]


def test_the_pages_and_the_other_format_are_served(api):
    pages = {"/swagger/": b"swagger-ui", "/redoc/": b"redoc", "/swagger.yaml": b"swagger: '2.0'"}
    for path, content in pages.items():
        assert content in api.get(path).content


@pytest.mark.parametrize("path", ["/swagger.json", "/swagger.yaml"])
def test_the_document_is_made_once_and_known_by_its_tag(api, monkeypatch, path):
    first = api.get(path)
    monkeypatch.setattr(SchemaGenerator, "get_schema", None)  # it takes 0.2 s
    again = api.get(path)
    assert (again.status_code, again.content, again["Content-Type"]) == (200, first.content, first["Content-Type"])
    known = api.get(path, headers={"If-None-Match": first["ETag"]})
    assert (known.status_code, known.content, known["Cache-Control"]) == (304, b"", "public, no-cache")
