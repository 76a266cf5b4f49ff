import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from products.models import Category, Product
from tests.conftest import problem
from tests.factories import CategoryFactory, ProductFactory

pytestmark = pytest.mark.django_db

OTHER = '"0123456789abcdef0123456789abcdef"'


@pytest.fixture(params=["product", "category"])
def path(request):
    """The path of one object of each kind."""
    if request.param == "product":
        return f"/api/products/{ProductFactory(name='Old').pk}/"
    return f"/api/categories/{CategoryFactory(name='Old', slug='old').slug}/"


def stored():
    return [list(model.objects.order_by("pk").values()) for model in (Category, Product)]


def test_one_object_has_a_strong_etag_that_follows_its_content(editor, path):
    first = editor.get(path)["ETag"]
    assert first.startswith('"')
    assert editor.get(path)["ETag"] == editor.head(path)["ETag"] == first
    changed = editor.patch(path, {"name": "New"})
    assert changed["ETag"] != first
    assert editor.get(path)["ETag"] == changed["ETag"]


def test_a_created_object_comes_with_its_etag(editor):
    created = editor.post("/api/categories/", {"name": "Lamps"})
    assert editor.get(created["Location"])["ETag"] == created["ETag"]


@pytest.mark.parametrize("header", ["{tag}", "W/{tag}", "*", '"x", {tag}'])
def test_what_the_client_knows_is_304_without_a_body(editor, path, header):
    tag = editor.get(path)["ETag"]
    for method in (editor.get, editor.head):
        answer = method(path, headers={"if-none-match": header.format(tag=tag)})
        assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", tag)
        assert "Content-Length" not in answer
    assert editor.get(path, headers={"if-none-match": OTHER}).status_code == 200


def test_a_write_that_knows_the_object_goes_through(editor, path):
    tag = editor.get(path)["ETag"]
    changed = editor.patch(path, {"name": "New"}, headers={"if-match": tag})
    assert changed.status_code == 200
    assert editor.delete(path, headers={"if-match": changed["ETag"]}).status_code == 204


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
@pytest.mark.parametrize("header", [OTHER, "W/{tag}", "nonsense", '"a", "b"'])
def test_a_write_that_does_not_is_412_and_changes_nothing(editor, path, method, header):
    shown = editor.get(path)
    before = stored()
    header = header.format(tag=shown["ETag"])
    body = {**shown.json(), "name": "New"}
    assert problem(getattr(editor, method)(path, body, headers={"if-match": header})) == (412, "precondition_failed")
    assert stored() == before


def test_any_object_will_do_for_an_asterisk_but_none_is_404(editor, path):
    assert editor.patch(path, {"name": "New"}, headers={"if-match": "*"}).status_code == 200
    unknown = "/api/products/01856aa0-c800-722b-b99c-b9d4ffc07a01/"
    assert problem(editor.patch(unknown, {}, headers={"if-match": "*"})) == (404, "not_found")


def test_a_renamed_category_changes_the_etag_of_its_products(editor):
    product = ProductFactory(category=CategoryFactory(slug="lamps"))
    path = f"/api/products/{product.pk}/"
    tag = editor.get(path)["ETag"]
    editor.patch("/api/categories/lamps/", {"name": "Lights"})
    assert problem(editor.patch(path, {"price": 1}, headers={"if-match": tag})) == (412, "precondition_failed")


def test_the_etag_is_the_objects_whatever_part_of_it_was_read(editor):
    path = f"/api/products/{ProductFactory().pk}/"
    tag = editor.get(path, {"fields": "price"})["ETag"]
    assert editor.patch(path, {"price": 1}, headers={"if-match": tag}).status_code == 200


def test_who_may_not_write_is_told_so_first(customer, path):
    assert problem(customer.patch(path, {}, headers={"if-match": OTHER})) == (403, "permission_denied")


def test_the_row_is_locked_before_it_is_looked_at(editor, path):
    with CaptureQueriesContext(connection) as captured:
        editor.patch(path, {"name": "New"})
    table = 'FROM "products_product"' if "products" in path else 'FROM "products_category"'
    first, *others = [each["sql"] for each in captured if table in each["sql"]]
    assert "FOR NO KEY UPDATE" in first
    assert [sql for sql in others if "FOR NO KEY UPDATE" in sql] == []
