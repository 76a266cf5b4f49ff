"""How many queries a page of products makes, and what becomes of the first one when the connection was lost."""

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from products.models import Product
from tests.factories import CategoryFactory, ProductFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("page_size", [5, 25])
@pytest.mark.parametrize("filters", [{}, {"category": "toys"}, {"category": "toys", "ordering": "-price"}])
def test_a_page_costs_one_query_whatever_its_size(api, django_assert_num_queries, page_size, filters):
    ProductFactory.create_batch(30, category=CategoryFactory(slug="toys"))
    # The page, joined with its categories, the tally and the generation
    with django_assert_num_queries(1):
        page = api.get("/api/products/", {"page_size": page_size} | filters).json()
    assert (page["count"], len(page["results"])) == (30, page_size)


@pytest.mark.parametrize(("filters", "queries"), [({}, 1), ({"category": "toys"}, 3), ({"category": "toys,mugs"}, 3)])
def test_a_page_that_no_index_has_in_order_is_counted_first_unless_its_first_rows_will_do(
    api, django_assert_num_queries, filters, queries
):
    ProductFactory.create_batch(3, category=CategoryFactory(slug="toys"), price="9.99")
    CategoryFactory(slug="mugs")
    # 1. the categories, and the generation  2. what is counted  3. the page
    with django_assert_num_queries(queries):
        page = api.get("/api/products/", {"min_price": "9.50", "max_price": "20.10"} | filters).json()
    assert (page["count"], len(page["results"])) == (3, 3)


def test_bounds_that_leave_nothing_out_cost_one_query_and_no_count(api, django_assert_num_queries):
    ProductFactory.create_batch(3)
    query = "min_price=0&max_price=99999999.99&created_after=2000-01-01&created_before=2999-12-31&ordering=name"
    # 1. the first and last moments, and the generation  2. the page and the tally
    with django_assert_num_queries(2):
        page = api.get(f"/api/products/?{query}&updated_after=2000-01-01").json()
    assert page["count"] == 3


def test_a_page_with_everything_costs_three_queries(api, django_assert_num_queries):
    product = ProductFactory()
    query = {"category": product.category.slug, "search": "product", "ordering": "-price", "min_price": "1.50"}
    api.get("/api/products/", query)  # how the words are written in the index is known from now on
    # 1. the category, and the generation  2. words that begin so  3. the page and its count
    with django_assert_num_queries(3):
        assert api.get("/api/products/", query).json()["count"] == 1


def test_a_word_that_no_name_has_is_not_looked_for_among_products(api, django_assert_num_queries):
    ProductFactory(name="Mug")
    api.get("/api/products/?search=quuxor")  # how it is written in the index is known from now on
    # 1. words that begin so, and the generation  2. words that are spelled nearly so  3. what may be parts of it
    with django_assert_num_queries(3):
        assert api.get("/api/products/?search=quuxor").json()["count"] == 0


@pytest.mark.parametrize(
    ("search", "tiers", "number"),
    [("lam", 1, 3), ("lamps", 2, 3), ("lamp", 4, 3), ("lamp lam", 1, 3), ("lamp tab", 1, 1)],
)
def test_only_tiers_that_may_have_something_are_looked_for(api, search, tiers, number):
    for name in ("Lamp", "Lamp Table", "Lampshade"):
        ProductFactory(name=name)
    with CaptureQueriesContext(connection) as captured:
        assert api.get("/api/products/", {"search": search}).json()["count"] == number
    [page] = [query["sql"] for query in captured if " AS rank" in query["sql"]]
    assert page.count("WHEN") + 1 == tiers


@pytest.mark.django_db(transaction=True)
def test_the_first_statement_of_a_request_is_asked_again_on_a_new_connection_and_no_later_one():
    connection.close()  # one that is a minute old would be closed below
    product = ProductFactory()
    connection.close_if_unusable_or_obsolete()  # as each request begins
    cut_off()
    assert Product.objects.row(product.pk).name == product.name
    cut_off()
    with pytest.raises(OperationalError):
        Product.objects.row(product.pk)
    connection.close()


def cut_off():
    """End the connection, on the side of the server."""
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 1000)", [connection.connection.info.backend_pid])
    other.close()
