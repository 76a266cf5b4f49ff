import pytest

from tests.conftest import problem
from tests.factories import ProductFactory
from tests.products.conftest import stored

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize(
    ("caller", "status"),
    [
        ("api", (401, "not_authenticated")),
        ("bad_token", (401, "token_not_valid")),
        ("customer", (403, "permission_denied")),
    ],
)
def test_only_editors_may_write(request, body, method, caller, status):
    product = ProductFactory()
    before = stored()
    path = "/api/products/" if method == "post" else f"/api/products/{product.pk}/"
    response = getattr(request.getfixturevalue(caller), method)(path, body)
    assert problem(response) == status
    assert ("WWW-Authenticate" in response) == (status[0] == 401)
    assert stored() == before


def test_whoever_is_logged_in_may_write_in_a_classroom(customer, body, settings):
    settings.CATALOGUE_WRITES = "authenticated"
    assert customer.post("/api/products/", body).status_code == 201


def test_nobody_may_write_even_in_a_classroom(api, body, settings):
    settings.CATALOGUE_WRITES = "authenticated"
    assert problem(api.post("/api/products/", body)) == (401, "not_authenticated")


def test_members_of_the_group_made_by_the_migration_may_write(customer, body):
    from django.contrib.auth.models import Group

    customer.user.groups.add(Group.objects.get(name="Catalogue editors"))
    assert customer.post("/api/products/", body).status_code == 201
