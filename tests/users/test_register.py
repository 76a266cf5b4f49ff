from collections import Counter

import pytest

from tests.conftest import Client, faults, problem
from tests.factories import UserFactory
from tests.processes import at_once
from users.models import User

pytestmark = pytest.mark.django_db

ACCOUNT = {"username": "nora", "email": "nora@example.com", "password": "correct horse 9"}


def register(api, **changes):
    return api.post("/api/register/", ACCOUNT | changes)


def test_an_account_is_made_and_shown_without_its_password(api):
    response = register(api)
    user = User.objects.get()
    assert response.status_code == 201
    assert response.json() == {
        "id": str(user.pk),
        "username": "nora",
        "email": "nora@example.com",
        "date_joined": user.date_joined.isoformat().replace("+00:00", "Z"),
    }
    assert response["Location"] == "http://testserver/api/users/me/"
    assert user.check_password("correct horse 9")


def test_names_and_addresses_are_stored_in_lower_case(api):
    shown = register(api, username="  Nora.K ", email="Nora@EXAMPLE.com").json()
    assert (shown["username"], shown["email"]) == ("nora.k", "nora@example.com")


@pytest.mark.parametrize("username", ["bob", "BOB", " Bob "])
def test_a_taken_name_is_refused_on_its_field(api, username):
    UserFactory(username="bob")
    assert faults(register(api, username=username)) == {"username": ["unique"]}
    assert User.objects.count() == 1


@pytest.mark.parametrize("email", ["bob@example.com", "bob@EXAMPLE.com", "Bob@example.com"])
def test_a_taken_address_is_refused_on_its_field(api, email):
    UserFactory(email="bob@example.com")
    assert faults(register(api, email=email)) == {"email": ["unique"]}


@pytest.mark.parametrize(
    "username",
    [
        *(
            "no",
            "x" * 31,
            ".nora",
            "nora-",
            "no ra",
            "nora@home",
            "ａｌｉｃｅ",
            "norä",
            "\u212aate",
            "no\x00ra",
            "",
            None,
            5,
        ),
        *("admin", "ROOT", "me", "api"),
    ],
)
def test_what_is_no_user_name_is_refused(api, username):
    assert list(faults(register(api, username=username))) == ["username"]
    assert User.objects.count() == 0


@pytest.mark.parametrize("email", ["bob@bücher.example", "BOB@BÜCHER.example", "bob@xn--bcher-kva.example"])
def test_the_spellings_of_one_domain_are_one_address(api, email):
    assert register(api, email="bob@bücher.example").json()["email"] == "bob@xn--bcher-kva.example"
    assert faults(register(api, username="other", email=email)) == {"email": ["unique"]}


@pytest.mark.parametrize("username", ["abc", "a.b", "a-b_c.9", "x" * 30])
def test_user_names_have_three_to_thirty_characters(api, username):
    assert register(api, username=username).status_code == 201


@pytest.mark.parametrize(
    "email",
    [
        "",
        "nora",
        "a@b",
        "a@ü..example",
        "a@\u200b.example",
        "ä@example.com",
        "\u212aate@example.com",
        "a b@example.com",
        "a@exa\x00mple.com",
        "x" * 250 + "@a.io",
        None,
        5,
    ],
)
def test_what_is_no_address_is_refused(api, email):
    assert list(faults(register(api, email=email))) == ["email"]


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short 123", "password_too_short"),
        ("1234567890123", "password_entirely_numeric"),
        ("password123", "password_too_common"),
        ("nora.nora", "password_too_similar"),
        ("nora@example.com", "password_too_similar"),
        ("x" * 129, "max_length"),
        ("", "blank"),
        (None, "null"),
        (1234567890, "invalid"),
    ],
)
def test_a_weak_password_is_refused_with_the_reason(api, password, code):
    assert code in faults(register(api, username="nora.nora", password=password))["password"]
    assert User.objects.count() == 0


def test_a_password_is_kept_exactly_as_it_was_sent(api):
    register(api, password="  correct horse  ")
    user = User.objects.get()
    assert user.check_password("  correct horse  ")
    assert not user.check_password("correct horse")


def test_roles_ids_and_flags_change_nothing(api):
    response = register(api, is_staff=True, is_superuser=True, is_active=False, id="x", groups=[1], role="admin")
    user = User.objects.get()
    assert response.status_code == 201
    assert (user.is_staff, user.is_superuser, user.is_active, user.groups.count()) == (False, False, True, 0)


def test_missing_fields_are_all_named(api):
    assert faults(api.post("/api/register/", {})) == {name: ["required"] for name in ("username", "email", "password")}


def test_a_stale_token_does_not_keep_anybody_from_registering(bad_token):
    assert register(bad_token).status_code == 201


def test_only_posting_is_possible(api):
    for method in (api.get, api.put, api.delete):
        response = method("/api/register/")
        assert problem(response) == (405, "method_not_allowed")
        assert response["Allow"] == "POST, OPTIONS"


@pytest.mark.django_db(transaction=True)
def test_of_six_who_register_one_name_at_once_one_gets_it():
    statuses = Counter(at_once(6, lambda _: register(Client()).status_code))
    assert (statuses[201], statuses[400] + statuses[409]) == (1, 5)
    assert User.objects.count() == 1
