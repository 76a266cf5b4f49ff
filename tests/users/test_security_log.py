import pytest

from tests.factories import UserFactory
from users.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def lines(caplog):
    """What the security log has said so far."""
    caplog.set_level("INFO", logger="security")
    return lambda: [record.getMessage() for record in caplog.records if record.name == "security"]


def test_registering_is_logged(api, lines):
    api.post("/api/register/", {"username": "nora", "email": "n@example.com", "password": "correct horse 9"})
    assert lines() == [f"registration account={User.objects.get().pk}"]


def test_a_changed_password_is_logged_without_it(customer, lines):
    body = {"current_password": "correct horse 9", "new_password": "battery staple 7"}
    customer.post("/api/users/me/password/", body)
    assert lines() == [f"password_changed account={customer.user.pk}"]


def test_being_deactivated_is_logged(lines):
    user = UserFactory()
    user.is_active = False
    user.save()
    assert lines() == [f"deactivated account={user.pk}"]


def test_a_refused_write_is_logged_and_a_stranger_is_not(customer, api, lines):
    customer.post("/api/products/?secret=1", {})
    api.post("/api/products/", {})
    assert lines() == [f"permission_denied account={customer.user.pk} method=POST path=/api/products/"]
