from io import StringIO

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.auth.management.commands import changepassword
from django.core.management import call_command
from uuid_utils.compat import uuid7

from tests.conftest import Client, faults, problem
from tests.factories import UserFactory
from users.models import TokenFamily, User
from users.tokens import RefreshToken

pytestmark = pytest.mark.django_db

OLD, NEW = "correct horse 9", "battery staple 7"


def change(client, current=OLD, new=NEW):
    return client.post("/api/users/me/password/", {"current_password": current, "new_password": new})


def test_a_changed_password_is_the_one_to_log_in_with(api, customer):
    assert change(customer).status_code == 204
    for password, status in ((OLD, 401), (NEW, 200)):
        body = {"username": customer.user.username, "password": password}
        assert api.post("/api/token/", body).status_code == status


def test_every_login_ends_with_the_old_password(api):
    user = UserFactory()
    tokens = [RefreshToken.for_user(user) for _ in range(2)]
    others = RefreshToken.for_user(UserFactory())
    assert change(Client().with_token(str(tokens[0].access_token))).status_code == 204
    for token in tokens:
        client = Client().with_token(str(token.access_token))
        assert problem(client.get("/api/users/me/")) == (401, "token_not_valid")
        assert problem(api.post("/api/token/refresh/", {"refresh": str(token)})) == (401, "token_not_valid")
    assert Client().with_token(str(others.access_token)).get("/api/users/me/").status_code == 200


@pytest.mark.parametrize(
    ("current", "new", "field", "code"),
    [
        ("wrong", NEW, "current_password", "wrong_password"),
        (None, NEW, "current_password", "null"),
        (OLD, "short", "new_password", "password_too_short"),
        (OLD, "1234567890123", "new_password", "password_entirely_numeric"),
        (OLD, "x" * 129, "new_password", "max_length"),
        (OLD, "", "new_password", "blank"),
    ],
)
def test_a_refused_change_changes_nothing(customer, current, new, field, code):
    before = customer.user.password
    assert code in faults(change(customer, current, new))[field]
    customer.user.refresh_from_db()
    assert customer.user.password == before


def test_a_password_like_ones_own_name_is_refused(customer):
    customer.user.username = "nora.nora"
    assert faults(change(customer, new="nora.nora1")) == {"new_password": ["password_too_similar"]}


@pytest.mark.parametrize(("caller", "code"), [("api", "not_authenticated"), ("bad_token", "token_not_valid")])
def test_nobody_else_gets_in(request, caller, code):
    assert problem(change(request.getfixturevalue(caller))) == (401, code)


def test_a_password_that_an_administrator_sets_ends_every_login():
    user = UserFactory()
    token = RefreshToken.for_user(user)
    user.set_password(NEW)
    user.save()
    assert problem(Client().with_token(str(token.access_token)).get("/api/users/me/")) == (401, "token_not_valid")


def test_the_admin_takes_no_password_that_the_api_would_not(client, admin_user):
    client.force_login(admin_user)
    form = {"old_password": "password", "new_password1": "x" * 129, "new_password2": "x" * 129}
    page = client.post("/admin/password_change/", form)
    assert page.context["form"].errors == {"new_password2": ["This password has more than 128 characters."]}


def test_being_deactivated_ends_every_login_for_good(api):
    user = UserFactory()
    token = RefreshToken.for_user(user)
    for is_active in (False, True):
        user.is_active = is_active
        user.save()
        assert problem(Client().with_token(str(token.access_token)).get("/api/users/me/")) == (401, "token_not_valid")
        assert problem(api.post("/api/token/refresh/", {"refresh": str(token)})) == (401, "token_not_valid")


def test_an_old_hash_is_made_anew_at_login_and_ends_nothing(api, settings):
    user = UserFactory()
    token = RefreshToken.for_user(user)
    settings.PASSWORD_HASHERS = ["tests.users.test_password.NewHasher", *settings.PASSWORD_HASHERS]
    api.post("/api/token/", {"username": user.username, "password": OLD})
    user.refresh_from_db()
    assert user.password.startswith("new$")
    assert Client().with_token(str(token.access_token)).get("/api/users/me/").status_code == 200


class NewHasher(MD5PasswordHasher):
    """Another algorithm."""

    algorithm = "new"


def test_the_command_that_sets_a_password_brings_nothing_back(monkeypatch):
    user = UserFactory(username="nora")

    def typed(command, prompt="Password: "):
        User.objects.update(is_active=False)
        return "battery staple 7"

    monkeypatch.setattr(changepassword.Command, "_get_pass", typed)
    call_command("changepassword", "nora", stdout=StringIO())
    user.refresh_from_db()
    assert not user.is_active
    assert user.check_password("battery staple 7")


def test_no_password_at_all_ends_every_login():
    for take_it in (User.set_unusable_password, lambda user: user.set_password(None)):
        user = UserFactory()
        RefreshToken.for_user(user)
        take_it(user)
        user.save()
        assert not TokenFamily.objects.exists()


def test_what_is_changed_and_changed_back_is_saved():
    user = User.objects.get(pk=UserFactory(email="old@example.com").pk)
    for email in ("new@example.com", "old@example.com"):
        user.email = email
        user.save()
        assert User.objects.get().email == email
    User.objects.update(email="other@example.com")
    user.refresh_from_db()
    user.email = "old@example.com"
    user.save()
    assert User.objects.get().email == "old@example.com"


def test_a_copy_is_saved_whole():
    user = User.objects.get(pk=UserFactory(username="nora").pk)
    user.pk, user._state.adding = None, True
    user.id, user.username, user.email = uuid7(), "dora", "dora@example.com"
    user.save()
    assert User.objects.get(username="dora").check_password(OLD)
