"""Deleting many products in the admin."""

import pytest
from auditlog.models import LogEntry

from products.admin import MOST_DELETED
from products.models import Product
from tests.factories import CategoryFactory, ProductFactory

pytestmark = pytest.mark.django_db

LIST = "/admin/products/product/"


def all_of_them(**more):
    return {"action": "delete_selected", "select_across": "1", "_selected_action": [Product.objects.first().pk]} | more


@pytest.mark.parametrize("more", [{}, {"post": "yes"}])
def test_more_than_a_page_can_list_are_refused_with_what_to_do(staff, more, django_assert_num_queries):
    ProductFactory.create_batch(MOST_DELETED + 1, category=CategoryFactory())
    form = all_of_them(**more)
    # 1. session  2. account  3. its permissions  4.-6. what the list is made of, in part twice  7. the count
    with django_assert_num_queries(7):
        answer = staff.post(LIST, form)
    assert (answer.status_code, Product.objects.count()) == (302, MOST_DELETED + 1)
    page = staff.get(LIST).content.decode()
    assert "201 products are selected, and at most 200 are deleted at once. Narrow the list" in page


def test_as_many_as_it_can_list_are_deleted_and_that_is_on_record(staff):
    ProductFactory.create_batch(MOST_DELETED, category=CategoryFactory())
    page = staff.post(LIST, all_of_them())
    chosen = [product.pk for product in page.context["queryset"]]
    staff.post(LIST, {"action": "delete_selected", "post": "yes", "_selected_action": chosen})
    assert (len(chosen), Product.objects.count()) == (MOST_DELETED, 0)
    entries = LogEntry.objects.filter(action=LogEntry.Action.DELETE, actor__username="nora")
    assert set(entries.values_list("object_pk", flat=True)) == set(map(str, chosen))
