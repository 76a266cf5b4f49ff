import pytest

from tests.conftest import faults, problem
from tests.factories import UserFactory
from users.models import User

pytestmark = pytest.mark.django_db


def test_somebody_reads_about_themselves(customer):
    user = customer.user
    assert customer.get("/api/users/me/").json() == {
        "id": str(user.pk),
        "username": user.username,
        "email": user.email,
        "date_joined": user.date_joined.isoformat().replace("+00:00", "Z"),
        "is_staff": False,
    }


@pytest.mark.parametrize("method", ["get", "patch", "delete"])
@pytest.mark.parametrize(("caller", "code"), [("api", "not_authenticated"), ("bad_token", "token_not_valid")])
def test_nobody_else_gets_in(request, method, caller, code):
    assert problem(getattr(request.getfixturevalue(caller), method)("/api/users/me/")) == (401, code)


def test_name_and_address_can_be_changed(customer):
    shown = customer.patch("/api/users/me/", {"username": "Nora", "email": "Nora@Example.com"}).json()
    assert (shown["username"], shown["email"]) == ("nora", "nora@example.com")
    assert User.objects.get(username="nora").email == "nora@example.com"


def test_a_name_or_address_of_somebody_else_is_refused(customer):
    UserFactory(username="bob", email="bob@example.com")
    response = customer.patch("/api/users/me/", {"username": "BOB", "email": "Bob@example.com"})
    assert faults(response) == {"username": ["unique"], "email": ["unique"]}


def test_ones_own_name_in_another_case_is_no_clash(customer):
    assert customer.patch("/api/users/me/", {"username": customer.user.username.upper()}).status_code == 200


def test_rights_cannot_be_taken(customer):
    body = {"is_staff": True, "id": "x", "date_joined": "2001-01-01T00:00:00Z"}
    assert customer.patch("/api/users/me/", body).json()["is_staff"] is False
    assert faults(customer.patch("/api/users/me/", {"is_superuser": True})) == {"is_superuser": ["unknown_field"]}


def test_an_account_is_deleted_with_its_password_only(customer):
    for body in ({}, {"current_password": "wrong"}, {"current_password": ""}):
        assert list(faults(customer.delete("/api/users/me/", body))) == ["current_password"]
    assert User.objects.count() == 1
    assert customer.delete("/api/users/me/", {"current_password": "correct horse 9"}).status_code == 204
    assert User.objects.count() == 0


def test_put_is_not_possible(customer, api):
    for client in (customer, api):
        response = client.put("/api/users/me/", {})
        assert problem(response) == (405, "method_not_allowed")
        assert response["Allow"] == "GET, HEAD, PATCH, DELETE, OPTIONS"


def test_what_is_read_has_a_tag_and_is_not_sent_again(customer):
    read = customer.get("/api/users/me/")
    assert read["Cache-Control"] == "private, no-cache"
    again = customer.get("/api/users/me/", headers={"if-none-match": read["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", read["ETag"])
    changed = customer.patch("/api/users/me/", {"username": "nora"}, headers={"if-match": read["ETag"]})
    customer.force_authenticate(User.objects.get())
    assert (changed.status_code, changed["ETag"]) == (200, customer.get("/api/users/me/")["ETag"])
    assert customer.get("/api/users/me/", headers={"if-none-match": read["ETag"]}).status_code == 200


@pytest.mark.parametrize("tag", ['"stale"', "unreadable", 'W/"weak"'])
def test_what_was_changed_meanwhile_is_neither_changed_nor_deleted(customer, tag):
    name = customer.user.username
    for answer in (
        customer.patch("/api/users/me/", {"username": "nora"}, headers={"if-match": tag}),
        customer.delete("/api/users/me/", {"current_password": "correct horse 9"}, headers={"if-match": tag}),
    ):
        assert problem(answer) == (412, "precondition_failed")
    assert User.objects.get().username == name


def test_an_account_is_deleted_as_it_was_read(customer):
    tag = customer.get("/api/users/me/")["ETag"]
    body = {"current_password": "correct horse 9"}
    assert customer.delete("/api/users/me/", body, headers={"if-match": tag}).status_code == 204


def test_who_knows_the_old_password_alone_does_not_delete_the_account(customer, monkeypatch):
    check_password = User.check_password

    def beside_its_owner(self, password):
        known = check_password(self, password)
        owner = User.objects.get()
        owner.set_password("battery staple 7")
        owner.save()
        return known

    monkeypatch.setattr(User, "check_password", beside_its_owner)
    answer = customer.delete("/api/users/me/", {"current_password": "correct horse 9"})
    assert problem(answer) == (401, "token_not_valid")
    assert User.objects.count() == 1


def test_an_account_that_is_closed_meanwhile_is_not_changed(customer):
    User.objects.update(is_active=False)
    assert problem(customer.patch("/api/users/me/", {"username": "nora"})) == (401, "token_not_valid")
