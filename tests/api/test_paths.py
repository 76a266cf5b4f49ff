import pytest

from products.models import Product
from tests.conftest import problem
from tests.factories import CategoryFactory, ProductFactory

pytestmark = pytest.mark.django_db


def test_a_path_works_without_its_slash_for_every_method(editor):
    category = CategoryFactory(slug="lamps")
    created = editor.post("/api/products", {"name": "Lamp", "price": "1", "category": "lamps"})
    path = f"/api/products/{created.json()['id']}"
    assert created.status_code == 201
    assert editor.get(path).json() == created.json()
    assert editor.put(path, created.json()).status_code == 200
    assert editor.patch(path, {"price": "2"}).json()["price"] == "2.00"
    assert editor.delete(path).status_code == 204
    assert Product.objects.count() == 0
    assert editor.get(f"/api/categories/{category.pk}").status_code == 200
    for other in ("/api", "/health/live", "/health/ready", "/swagger", "/redoc", "/api/users/me"):
        assert editor.get(other).status_code == 200, other


def test_links_are_canonical_even_when_the_path_was_not(api):
    ProductFactory.create_batch(2)
    assert api.get("/api/products?page_size=1").json()["next"] == "http://testserver/api/products/?page=2&page_size=1"


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
@pytest.mark.parametrize("path", ["/api/nope/", "/api/nope", "/api/products/x/y/", "/api/a.b", "/api//", "/nope"])
def test_an_unknown_path_is_404_for_every_method(api, method, path):
    assert problem(getattr(api, method)(path)) == (404, "not_found")


def test_options_names_the_view_and_takes_no_lock(editor):
    product = ProductFactory()
    for path in ("/api/products/", f"/api/products/{product.pk}/", "/api/categories/nope/", "/api/users/me/"):
        answer = editor.options(path)
        assert (answer.status_code, set(answer.json())) == (200, {"name", "description", "renders", "parses"}), path


def test_an_unknown_path_is_json_with_debug_on_too(api, settings):
    settings.DEBUG = True
    assert problem(api.get("/api/nope/")) == (404, "not_found")


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("DELETE", "/api/products/", "GET, POST, HEAD, OPTIONS"),
        ("PUT", "/api/categories/", "GET, POST, HEAD, OPTIONS"),
        ("POST", "/api/users/me/", "GET, HEAD, PATCH, DELETE, OPTIONS"),
        ("GET", "/api/token/", "POST, OPTIONS"),
        ("POST", "/api/", "GET, HEAD, OPTIONS"),
        ("POST", "/health/live/", "GET, HEAD, OPTIONS"),
        ("TRACE", "/api/products/", "GET, POST, HEAD, OPTIONS"),
        ("BREW", "/api/products/", "GET, POST, HEAD, OPTIONS"),
    ],
)
@pytest.mark.parametrize("caller", ["api", "editor", "bad_token"])
def test_a_wrong_method_is_405_whoever_asks(request, caller, method, path, allow):
    response = request.getfixturevalue(caller).generic(method, path)
    assert problem(response) == (405, "method_not_allowed")
    assert response["Allow"] == allow


@pytest.mark.parametrize("path", ["/api/", "/api/products/", "/swagger.json", "/health/live/", "/nope"])
@pytest.mark.parametrize("host", ["evil.example", "a b", "[::1", "testserver@evil.example"])
def test_another_host_is_refused_and_never_linked_to(api, path, host):
    response = api.get(path, headers={"host": host})
    assert problem(response) == (400, "parse_error")
    assert host.encode() not in response.content


def test_the_index_lists_the_endpoints_absolutely(api):
    index = api.get("/api/").json()
    assert index["products"] == "http://testserver/api/products/"
    for url in index.values():
        assert api.get(url).status_code in {200, 401, 405}
