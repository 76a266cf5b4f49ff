from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.schemas.generators import EndpointEnumerator
from swagger_spec_validator.validator20 import validate_spec

from tests.factories import ProductFactory


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
        *("ordering", "fields", "page", "page_size", "cursor"),
    ]
    assert parameters["min_price"]["format"] == "decimal"
    assert parameters["created_after"]["format"] == "date-time"
    assert parameters["search"]["maxLength"] == 100
    assert parameters["category"]["collectionFormat"] == "csv"
    assert parameters["ordering"]["items"]["enum"][:2] == ["price", "-price"]
    assert all(each["description"] for each in parameters.values())


def test_real_answers_have_the_documented_shape(api, editor, document):
    product = ProductFactory()
    body = {"name": "Lamp", "price": "3.00", "category": product.category.slug}
    created = editor.post("/api/products/", body)
    for response in (
        api.get("/api/"),
        api.get("/health/live/"),
        api.get("/api/products/"),
        api.get(f"/api/products/{product.pk}/"),
        api.get("/api/categories/"),
        api.get(f"/api/categories/{product.category.slug}/"),
        api.get("/api/products/", {"nope": 1}),
        api.get("/api/products/", {"page": 9}),
        api.post("/api/products/", {}),
        api.post("/api/token/", {"username": "a", "password": "b"}),
        created,
        editor.patch(f"/api/products/{product.pk}/", {"price": "-1"}),
        editor.put(f"/api/products/{product.pk}/", body),
        editor.delete(f"/api/products/{product.pk}/"),
        editor.post("/api/categories/", {"name": "New"}),
        editor.get("/api/users/me/"),
        api.get("/api/users/me/"),
        editor.delete("/api/users/me/", {"current_password": "wrong"}),
    ):
        document.check(response)


def test_registering_and_logging_in_answer_as_documented(api, db, document):
    account = {"username": "nora", "email": "nora@example.com", "password": "correct horse 9"}
    document.check(api.post("/api/register/", account))
    document.check(api.post("/api/register/", account))
    tokens = api.post("/api/token/", account | {"username": "nora"})
    document.check(tokens)
    document.check(api.post("/api/token/refresh/", {"refresh": tokens.json()["refresh"]}))


def test_the_pages_and_the_other_format_are_served(api):
    pages = {"/swagger/": b"swagger-ui", "/redoc/": b"redoc", "/swagger.yaml": b"swagger: '2.0'"}
    for path, content in pages.items():
        assert content in api.get(path).content
