import pytest
from auditlog.models import LogEntry

from products.models import Category, Product
from tests.factories import CategoryFactory, ProductFactory, UserFactory
from tests.products.conftest import opened
from users.models import User

pytestmark = pytest.mark.django_db

PRICES = [{"price": price} for price in ("-1", "1e2", "\uff11", "1.001", "100000000", "-0", "")]


@pytest.fixture
def form():
    return {"name": "  Café Mug ", "description": "", "price": "4.50", "category": str(CategoryFactory().pk)}


def test_the_pages_of_the_catalogue_open(staff):
    product = ProductFactory(name="Blue Mug")
    for path in ("product/", f"product/{product.pk}/change/", "product/add/", "category/", "product/?q=mug"):
        assert staff.get(f"/admin/products/{path}").status_code == 200
    assert b"Blue Mug" in staff.get("/admin/products/product/?q=mu").content
    assert b"Blue Mug" not in staff.get("/admin/products/product/?q=cup").content


def test_a_history_that_is_posted_to_is_shown(transactional_db, client):
    product = ProductFactory()
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    for method in (client.get, client.post):
        assert method(f"/admin/products/product/{product.pk}/history/").status_code == 200


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "lapm"}, {"Desk Lamp", "Floor Lamp"}),
        ({"q": "lapm", "category": "desks"}, {"Desk Lamp"}),
        ({"q": "desk lapm"}, {"Desk Lamp"}),
        ({"q": "cafe\u0301"}, {"Café Mug"}),
        ({"q": "camp", "category": "desks"}, set()),  # it is no slip for "lamp": elsewhere there is such a word
        ({"q": "zzzz"}, set()),
        ({"q": "?"}, set()),
    ],
)
def test_the_search_of_products_finds_what_the_apis_finds(staff, api, query, found):
    desks = CategoryFactory(slug="desks")
    ProductFactory(name="Camp Chair")
    for name, category in (("Desk Lamp", desks), ("Floor Lamp", CategoryFactory()), ("Café Mug", desks)):
        ProductFactory(name=name, category=category)
    by_category = {"category__id__exact": desks.pk} if "category" in query else {}
    page = staff.get("/admin/products/product/", {"q": query["q"]} | by_category)
    assert {product.name for product in page.context["cl"].result_list} == found
    answer = api.get("/api/products/", {"search": query["q"]} | {key: query[key] for key in query if key != "q"})
    assert {product["name"] for product in answer.json()["results"]} == found


@pytest.mark.parametrize(("order", "prices"), [("3", [1, 2, 3]), ("-3", [3, 2, 1]), ("", [2, 1, 3])])
@pytest.mark.parametrize("query", ["mug", "muug"])
def test_what_a_search_finds_is_in_the_order_of_the_page(staff, query, order, prices):
    for name, price in (("Mug", 3), ("Large Mugs", 1), ("Mug Rack", 2)):
        ProductFactory(name=name, price=price)
    page = staff.get("/admin/products/product/", {"q": query} | ({"o": order} if order else {}))
    assert [product.price for product in page.context["cl"].result_list] == prices


@pytest.mark.parametrize("query", ["name=%00", "created_at__year=0", "price__range=1", "name__regex=(", "import_key=a"])
def test_a_filter_that_the_page_does_not_offer_is_refused(staff, query):
    assert staff.get(f"/admin/products/product/?{query}").status_code == 400
    assert staff.get("/admin/products/product/", {"category__id__exact": CategoryFactory().pk}).status_code == 200


@pytest.mark.parametrize(
    ("page", "query"),
    [
        ("auth/group", "name__regex=("),
        ("axes/accessattempt", "attempt_time__year=999999999"),
        ("axes/accesslog", "attempt_time__year=999999999"),
        ("axes/accessfailurelog", "attempt_time__year=999999999"),
        ("users/user", "date_joined__year=999999999"),
    ],
)
def test_every_page_is_searched_and_takes_no_other_filters(client, admin_user, page, query):
    client.force_login(admin_user)
    assert client.get(f"/admin/{page}/?q=a").status_code == 200
    assert client.get(f"/admin/{page}/?{query}").status_code == 400


@pytest.mark.parametrize(
    "query", ["is_staff__exact=1&is_active__exact=0", "groups__id__exact=1", "groups__isnull=True"]
)
def test_the_filters_that_the_page_of_accounts_offers_work(client, admin_user, query):
    client.force_login(admin_user)
    assert client.get(f"/admin/users/user/?{query}").status_code == 200


def test_a_search_is_as_long_as_the_one_of_the_api_at_most(staff):
    ProductFactory(name="Blue Mug")
    page = staff.get("/admin/products/product/", {"q": "mug" + " " * 100 + "nonsense"})
    assert b"Blue Mug" in page.content


@pytest.mark.parametrize("page", ["products/product", "products/category"])
def test_a_query_that_each_link_would_repeat_is_short(staff, page):
    assert staff.get(f"/admin/{page}/?o={'1.' * 1_500}").status_code == 400


def test_a_nul_character_is_refused_wherever_it_comes(staff):
    query = {"app_label": "products", "model_name": "product", "field_name": "category", "term": "a\x00"}
    assert staff.get("/admin/autocomplete/", query).status_code == 400
    staff.cookies["sessionid"] = "a\\000b"
    assert staff.get("/admin/").status_code in {302, 400}


def test_a_product_is_added_and_normalised(staff, form):
    assert staff.post("/admin/products/product/add/", form | {"name": "  Cafe\u0301 Mug "}).status_code == 302
    assert Product.objects.get().name == "Café Mug"


@pytest.mark.parametrize("change", [*PRICES, {"name": "\u200b"}, {"name": "a\u202eb"}, {"category": ""}])
def test_what_the_api_refuses_the_admin_refuses(staff, form, change):
    assert staff.post("/admin/products/product/add/", form | change).status_code == 200
    assert Product.objects.count() == 0


def test_saving_without_a_change_leaves_the_time_alone(staff):
    product = ProductFactory(name="Café Mug", price="4.50")
    path = f"/admin/products/product/{product.pk}/change/"
    form = opened(staff, path)
    assert staff.post(path, form).status_code == 302
    assert Product.objects.get().updated_at == product.updated_at
    staff.post(path, form | {"name": "Cup"})
    assert Product.objects.get().updated_at > product.updated_at


def test_a_category_name_that_is_taken_is_refused(staff):
    CategoryFactory(name="Café")
    response = staff.post("/admin/products/category/add/", {"name": "cafe\u0301", "slug": "other"})
    assert b"This category name is taken." in response.content


@pytest.mark.parametrize(
    ("name", "given", "slug"), [("日本語", "", "ri-ben-yu"), ("Lamps!", "", "lamps-2"), ("Café", "bar", "bar")]
)
def test_a_category_gets_a_slug_as_by_the_api(staff, name, given, slug):
    CategoryFactory(name="Lamps", slug="lamps")
    answer = staff.post("/admin/products/category/add/", {"name": name, "slug": given, "_continue": ""})
    category = Category.objects.get(name=name)
    assert (category.slug, answer.url) == (slug, f"/admin/products/category/{category.pk}/change/")
    assert LogEntry.objects.get_for_object(category).get().actor.username == "nora"


def test_a_blank_slug_leaves_the_old_one(staff):
    category = CategoryFactory(name="Lamps", slug="lamps")
    path = f"/admin/products/category/{category.pk}/change/"
    assert staff.post(path, opened(staff, path) | {"name": "Lights", "slug": ""}).status_code == 302
    assert Category.objects.values_list("name", "slug").get() == ("Lights", "lamps")


def test_a_slug_that_is_taken_or_cannot_be_one_is_refused(staff):
    CategoryFactory(slug="lamps")
    for slug in ("lamps", "Lamps", "a b"):
        assert staff.post("/admin/products/category/add/", {"name": "New", "slug": slug}).status_code == 200
    assert Category.objects.count() == 1


def test_a_category_with_products_offers_no_deletion(staff):
    product = ProductFactory()
    assert staff.post(f"/admin/products/category/{product.category.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Product.objects.count() == 1


def test_the_list_of_categories_offers_no_deletion_of_many(staff):
    ProductFactory(category=CategoryFactory(slug="lamps"))
    page = staff.get("/admin/products/category/")
    assert b"lamps" in page.content
    assert b"delete_selected" not in page.content
    assert b"delete_selected" in staff.get("/admin/products/product/").content


def test_a_customer_does_not_get_in(client):
    UserFactory(username="nora")
    response = client.post("/admin/login/", {"username": "nora", "password": "correct horse 9"})
    assert response.status_code == 200
    assert client.get("/admin/").status_code == 302


def test_an_administrator_adds_an_account(client, admin_user):
    client.force_login(admin_user)
    password = {"password1": "correct horse 9", "password2": "correct horse 9", "usable_password": "true"}
    response = client.post("/admin/users/user/add/", {"username": "Nora", "email": "Nora@Example.com"} | password)
    assert response.status_code == 302, response.context["adminform"].errors
    assert User.objects.get(username="nora").email == "nora@example.com"
    assert client.get("/admin/users/user/").status_code == 200
