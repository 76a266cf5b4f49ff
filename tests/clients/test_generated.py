"""What is made from the document is what the document says today: `make generate` makes it anew."""

import json

import pytest
from django.test import Client
from jsonschema import ValidationError
from openapi_schema_validator import OAS30ReadValidator, OAS30Validator
from openapi_spec_validator import OpenAPIV30SpecValidator

from tests.clients.conftest import ROOT
from tests.factories import ProductFactory

FILES = ["openapi.json", "postman/collection.json", "postman/environment.json", "clients/typescript/schema.d.ts"]


@pytest.mark.django_db
def test_every_generated_file_is_up_to_date(node, tmp_path):
    # Not the `document` of all tests: some of them resolve its references in place.
    node("node", "generate.js", str(tmp_path), text=Client().get("/swagger.json").content.decode())
    for name in FILES:
        assert (tmp_path / name).read_text().splitlines() == (ROOT / name).read_text().splitlines(), "`make generate`"


def operations(data):
    return {
        (path, method): (
            operation["operationId"],
            {parameter["name"] for parameter in operation.get("parameters", []) if parameter["in"] != "body"},
            set(operation["responses"]),
        )
        for path, methods in data["paths"].items()
        for method, operation in methods.items()
        if "operationId" in operation
    }


def test_openapi_has_the_operations_of_the_document(document):
    """Without node: what is added or removed is noticed anywhere."""
    assert operations(json.loads((ROOT / "openapi.json").read_text())) == operations(document.data)


def test_it_is_valid_openapi_3():
    OpenAPIV30SpecValidator(json.loads((ROOT / "openapi.json").read_text())).validate()


@pytest.mark.django_db
def test_real_answers_are_what_it_says(api):
    """To a reader who knows OpenAPI 3 and nothing of 2.0; the test client has them checked against that, too."""
    data = json.loads((ROOT / "openapi.json").read_text())
    assert '"x-' not in json.dumps(data)
    product = ProductFactory()
    for path, address in [
        ("/api/products/", "/api/products/"),
        ("/api/products/", "/api/products/?fields=id&page_size=1"),
        ("/api/products/{id}/", f"/api/products/{product.pk}/"),
        ("/api/products/facets/", "/api/products/facets/?search=nothing"),
        ("/api/categories/", "/api/categories/?fields=slug"),
    ]:
        content = data["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]
        schema = content["schema"] | {"components": data["components"]}
        OAS30ReadValidator(schema).validate(api.get(address).json())


@pytest.mark.django_db
@pytest.mark.parametrize("change", [{}, {"price": 2.5}, {"category": "lighting"}])
def test_what_was_read_may_be_sent(api, change):
    data = json.loads((ROOT / "openapi.json").read_text())
    schema = data["components"]["schemas"]["ProductWrite"] | {"components": data["components"]}
    body = api.get(f"/api/products/{ProductFactory().pk}/").json() | change
    OAS30Validator(schema).validate(body)
    with pytest.raises(ValidationError):
        OAS30Validator(schema).validate(body | {"price": "cheap"})


def test_errors_are_problems_and_tokens_are_bearer_tokens():
    data = json.loads((ROOT / "openapi.json").read_text())
    contents = [
        set(response["content"])
        for methods in data["paths"].values()
        for operation in methods.values()
        if "responses" in operation
        for status, response in operation["responses"].items()
        if status >= "400"
    ]
    assert all(content == {"application/problem+json"} for content in contents)
    assert data["components"]["securitySchemes"]["Bearer"]["scheme"] == "bearer"
    assert data["servers"] == [{"url": "/"}]


@pytest.mark.parametrize("name", FILES[:3])
def test_it_is_served_at_its_own_name(name):
    client = Client(headers={"origin": "https://elsewhere.example"})
    answer = client.get(f"/{name}")
    here = (ROOT / name).read_bytes().replace(b"http://127.0.0.1:8000", b"http://testserver")
    assert (answer.status_code, answer.content) == (200, here)
    assert answer["Content-Type"] == "application/json"
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert client.get(f"/{name}", headers={"if-none-match": answer["ETag"]}).status_code == 304
    assert client.post(f"/{name}").status_code == 405
