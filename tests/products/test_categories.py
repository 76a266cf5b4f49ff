from uuid import uuid4

import pytest

from products.models import Category
from tests.conftest import faults, problem
from tests.factories import CategoryFactory, ProductFactory

pytestmark = pytest.mark.django_db


def stored():
    return sorted(Category.objects.values_list("name", "slug"))


@pytest.mark.parametrize(("count", "queries"), [(0, 4), (2, 1), (25, 1)])
def test_a_page_of_categories_costs_one_query(api, django_assert_num_queries, count, queries):
    for _ in range(count):
        ProductFactory()
    # The page, with the number of products of each, the count and the generation; of none, these by themselves
    with django_assert_num_queries(queries):
        page = api.get("/api/categories/").json()
    assert (page["count"], [category["product_count"] for category in page["results"]]) == (count, [1] * min(count, 20))


def test_a_category_is_found_by_slug_and_by_id(api):
    category = CategoryFactory(name="Desk Lamps", slug="desk-lamps")
    ProductFactory.create_batch(3, category=category)
    shown = {"id": str(category.pk), "name": "Desk Lamps", "slug": "desk-lamps", "product_count": 3}
    for key in ("desk-lamps", str(category.pk), str(category.pk).upper()):
        assert api.get(f"/api/categories/{key}/").json() == shown


@pytest.mark.parametrize("key", ["nope", str(uuid4()), "Desk-Lamps", "a.b", "%00", "ä"])
def test_an_unknown_category_is_404(api, key):
    CategoryFactory(slug="desk-lamps")
    assert problem(api.get(f"/api/categories/{key}/")) == (404, "not_found")


def test_categories_are_listed_by_name_or_as_asked(api):
    for name, products in (("b", 1), ("a", 2), ("c", 0)):
        ProductFactory.create_batch(products, category=CategoryFactory(name=name))

    def order(**query):
        return [category["name"] for category in api.get("/api/categories/", query).json()["results"]]

    assert order() == ["a", "b", "c"]
    assert order(ordering="-name") == ["c", "b", "a"]
    assert order(ordering="-product_count") == ["a", "b", "c"]


def test_an_unknown_parameter_is_refused(api):
    assert faults(api.get("/api/categories/", {"category": "a"})) == {"category": ["unknown_parameter"]}
    assert (
        api.get("/api/categories/", {"page": 1, "page_size": 5, "fields": "name", "ordering": "slug"}).status_code
        == 200
    )


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Home & Garden", "home-garden"),
        ("Men's Fashion", "mens-fashion"),
        ("Men\u2019s shoes", "mens-shoes"),
        ("Café", "cafe"),
        ("Книги", "knigi"),
        ("日本", "ri-ben"),
        ("!!!", "category"),
    ],
)
def test_a_slug_is_made_from_the_name(editor, name, slug):
    response = editor.post("/api/categories/", {"name": name})
    assert response.status_code == 201
    assert response.json() == {"id": response.json()["id"], "name": name, "slug": slug, "product_count": 0}
    assert response["Location"] == f"http://testserver/api/categories/{slug}/"


def test_a_name_that_looks_like_an_id_gets_a_slug_that_does_not(editor):
    response = editor.post("/api/categories/", {"name": "DEADBEEF-dead-beef-dead-beefdeadbeef"})
    assert response.json()["slug"] == "category-deadbeef-dead-beef-dead-beefdeadbeef"
    assert editor.get(response["Location"]).json() == response.json()


def test_a_slug_that_is_taken_gets_a_number(editor):
    slugs = [editor.post("/api/categories/", {"name": name}).json()["slug"] for name in ("C", "C++", "C#", "C-2")]
    assert slugs == ["c", "c-2", "c-3", "c-2-2"]


def test_a_given_slug_is_kept_or_refused(editor):
    assert editor.post("/api/categories/", {"name": "Lamps", "slug": "light"}).json()["slug"] == "light"
    assert faults(editor.post("/api/categories/", {"name": "Other", "slug": "light"})) == {"slug": ["unique"]}
    for bad in ("Light", "a b", "ä", "-a", "a/b", str(uuid4()), "x" * 121, None, 5):
        assert list(faults(editor.post("/api/categories/", {"name": "Other", "slug": bad}))) == ["slug"]
    assert stored() == [("Lamps", "light")]


def test_a_slug_does_not_move_with_the_name(editor):
    CategoryFactory(name="Lamps", slug="lamps")
    for method in (editor.patch, editor.put):
        assert method("/api/categories/lamps/", {"name": "Lights"}).json()["slug"] == "lamps"
    assert editor.patch("/api/categories/lamps/", {"slug": "lights"}).json()["slug"] == "lights"


@pytest.mark.parametrize("name", ["Café", "café", "CAFÉ", "Cafe\u0301", " Café\u200b", "cafe\u0301 "])
def test_a_name_is_unique_without_regard_to_case_accents_encoding_and_blanks(editor, name):
    CategoryFactory(name="Café", slug="cafe")
    assert faults(editor.post("/api/categories/", {"name": name})) == {"name": ["unique"]}
    assert stored() == [("Café", "cafe")]


def test_a_letter_that_has_two_small_forms_is_one_letter(editor):
    CategoryFactory(name="ΟΔΟΣ")
    for name in ("οδος", "οδοσ", "Οδος"):
        assert faults(editor.post("/api/categories/", {"name": name})) == {"name": ["unique"]}
    assert editor.post("/api/categories/", {"name": "kır"}).status_code == 201
    assert editor.post("/api/categories/", {"name": "kir"}).status_code == 201


@pytest.mark.parametrize(
    ("name", "others"), [("Straße", ["STRASSE", "strasse", "STRA\u1e9eE"]), ("\u0130zmir", ["i\u0307zmir", "Izmir"])]
)
def test_a_letter_is_the_letters_that_it_is_in_another_case(editor, name, others):
    CategoryFactory(name=name)
    for other in others:
        assert faults(editor.post("/api/categories/", {"name": other})) == {"name": ["unique"]}


def test_a_category_may_change_the_case_of_its_own_name(editor):
    CategoryFactory(name="lamps", slug="lamps")
    assert editor.patch("/api/categories/lamps/", {"name": "Lamps"}).json()["name"] == "Lamps"


def test_what_was_read_can_be_put_back(editor):
    ProductFactory(category=CategoryFactory(slug="lamps"))
    shown = editor.get("/api/categories/lamps/").json()
    assert editor.put("/api/categories/lamps/", shown).json() == shown


@pytest.mark.parametrize("name", ["", "\u200b", "a\x00", "x" * 101, None, 5])
def test_what_is_no_name_is_refused(editor, name):
    assert list(faults(editor.post("/api/categories/", {"name": name}))) == ["name"]


def test_a_category_with_products_is_not_deleted(editor, django_assert_num_queries):
    product = ProductFactory(category=CategoryFactory(slug="lamps"))
    # A savepoint and its end, the user's permissions, the category's lock, the category, whether it has products.
    with django_assert_num_queries(7):
        response = editor.delete("/api/categories/lamps/")
    assert problem(response) == (409, "conflict")
    assert response.json()["detail"] == "This category still has products. Move or delete them first."
    product.refresh_from_db()


def test_an_empty_category_is_deleted_and_gone(editor):
    CategoryFactory(slug="lamps")
    assert editor.delete("/api/categories/lamps/").status_code == 204
    assert problem(editor.delete("/api/categories/lamps/")) == (404, "not_found")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize(
    ("caller", "status"),
    [
        ("api", (401, "not_authenticated")),
        ("bad_token", (401, "token_not_valid")),
        ("customer", (403, "permission_denied")),
    ],
)
def test_only_editors_may_write(request, method, caller, status):
    CategoryFactory(name="Lamps", slug="lamps")
    path = "/api/categories/" if method == "post" else "/api/categories/lamps/"
    assert problem(getattr(request.getfixturevalue(caller), method)(path, {"name": "New"})) == status
    assert stored() == [("Lamps", "lamps")]
