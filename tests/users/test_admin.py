"""The admin's pages of accounts beside whoever else writes them."""

import pytest
from django.contrib.auth.models import Group, Permission

from ecommerce_backend.api.admin import STALE
from tests.factories import UserFactory
from tests.products.conftest import opened
from users.models import TokenFamily, User
from users.tokens import RefreshToken

pytestmark = pytest.mark.django_db

BACKEND = "users.backends.ModelBackend"


@pytest.fixture
def administrator(client, admin_user):
    client.force_login(admin_user, BACKEND)
    return client


def path_of(user, page="change"):
    return f"/admin/users/user/{user.pk}/{page}/"


def test_a_form_does_not_bring_back_an_account_that_was_deactivated_since_it_was_opened(administrator):
    user = UserFactory(email="bob@example.com")
    form = opened(administrator, path_of(user)) | {"email": "rob@example.com"}
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert administrator.post(path_of(user), form).context["adminform"].errors == {"__all__": [STALE]}
    user.refresh_from_db()
    assert (user.is_active, user.email) == (False, "bob@example.com")


def test_a_form_is_not_out_of_date_for_a_login_or_a_new_password(administrator):
    user = UserFactory()
    form = opened(administrator, path_of(user)) | {"email": "rob@example.com"}
    user.last_login = user.date_joined
    user.set_password("battery staple 7")
    user.save()
    answer = administrator.post(path_of(user), form)
    assert answer.status_code == 302, answer.context["adminform"].errors
    user.refresh_from_db()
    assert user.email == "rob@example.com"
    assert user.check_password("battery staple 7")


def test_it_is_not_for_groups_that_come_in_another_order(administrator):
    user, groups = UserFactory(), [Group.objects.create(name=name) for name in "ab"]
    user.groups.set(groups)
    form = opened(administrator, path_of(user))
    user.groups.clear()
    for group in reversed(groups):
        user.groups.add(group)
    assert administrator.post(path_of(user), form).status_code == 302


def test_a_form_of_a_group_does_not_give_back_what_was_taken_from_it(administrator):
    group = Group.objects.create(name="Packers")
    group.permissions.set(Permission.objects.all()[:2])
    path = f"/admin/auth/group/{group.pk}/change/"
    form = opened(administrator, path)
    group.permissions.remove(Permission.objects.first())
    assert administrator.post(path, form).context["adminform"].errors == {"__all__": [STALE]}
    assert group.permissions.count() == 1


def test_ones_own_new_password_brings_nothing_back(client, monkeypatch):
    user = UserFactory(is_staff=True, is_superuser=True)
    client.force_login(user, BACKEND)
    check_password = User.check_password

    def beside_a_demotion(self, password):
        User.objects.update(is_active=False, is_superuser=False)
        return check_password(self, password)

    monkeypatch.setattr(User, "check_password", beside_a_demotion)
    form = {"old_password": "correct horse 9", "new_password1": "battery staple 7", "new_password2": "battery staple 7"}
    client.post("/admin/password_change/", form)
    user.refresh_from_db()
    assert (user.is_active, user.is_superuser) == (False, False)


def test_groups_that_were_given_meanwhile_make_it_so(administrator):
    user = UserFactory()
    form = opened(administrator, path_of(user))
    user.user_permissions.add(Permission.objects.first())
    assert administrator.post(path_of(user), form).context["adminform"].errors == {"__all__": [STALE]}
    assert user.user_permissions.count() == 1


def test_who_may_only_look_sees_a_page_without_what_it_was_opened_with(client):
    looker = UserFactory(is_staff=True)
    looker.user_permissions.add(Permission.objects.get(codename="view_user"))
    client.force_login(looker, BACKEND)
    page = client.get(path_of(UserFactory(username="somebody")))
    assert b"somebody" in page.content
    assert b'name="seen"' not in page.content


def test_a_new_password_and_none_at_all_end_every_login(administrator):
    forms = {"usable_password": "true", "password1": "battery staple 7", "password2": "battery staple 7"}
    for form in (forms, {"usable_password": "false", "unset-password": "1"}):
        user = UserFactory()
        RefreshToken.for_user(user)
        assert administrator.post(path_of(user, "password"), form).status_code == 302
        assert not TokenFamily.objects.exists()
        user.refresh_from_db()
        assert user.has_usable_password() is (form is forms)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("page", ["change", "password"])
def test_an_account_is_locked_before_it_is_written(client, other_connection, page):
    client.force_login(UserFactory(is_staff=True, is_superuser=True), BACKEND)
    user = UserFactory()
    with other_connection.cursor() as cursor:
        cursor.execute("UPDATE users_user SET password = 'new' WHERE id = %s", [user.pk])
    assert client.post(path_of(user, page), {}).status_code == 503
    other_connection.rollback()
