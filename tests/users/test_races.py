"""An account that changes while it logs in or refreshes, held at the moment that matters by a row lock. No sleeps."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from tests.conftest import Client, problem
from tests.factories import UserFactory
from tests.processes import waits_for_a_lock
from users.models import TokenFamily, User
from users.tokens import RefreshToken

pytestmark = pytest.mark.django_db(transaction=True)

OLD, NEW = "correct horse 9", "battery staple 7"
CHANGE = {"current_password": OLD, "new_password": NEW}


def asked(user, method, path, body):
    client = Client()
    client.force_authenticate(user)
    try:
        return getattr(client, method)(path, body)
    finally:
        connection.close()


@pytest.fixture
def beside(other_connection):
    """The answer to a request that waits for what another writer has done before, and does then."""

    def beside(before, then, *request):
        with other_connection.cursor() as cursor, ThreadPoolExecutor() as pool:
            cursor.execute(*before)
            answer = pool.submit(asked, *request)
            waits_for_a_lock(cursor)
            cursor.execute(*then)
            other_connection.commit()
            return answer.result()

    return beside


def test_a_password_is_changed_beside_a_refresh(beside):
    user = UserFactory()
    RefreshToken.for_user(user)
    holds_login = "SELECT FROM users_tokenfamily WHERE user_id = %s FOR UPDATE", [user.pk]
    names_user = "SELECT FROM users_user WHERE id = %s FOR KEY SHARE", [user.pk]  # as the next token does
    assert beside(holds_login, names_user, user, "post", "/api/users/me/password/", CHANGE).status_code == 204
    assert not TokenFamily.objects.exists()


LOCK = "SELECT FROM users_user WHERE id = %s FOR NO KEY UPDATE"  # as a login and a new password do


def test_an_account_is_deleted_with_the_login_that_is_under_way(beside):
    user = UserFactory()
    columns, now = "id, user_id, created_at, expires_at", timezone.now()
    values = [uuid4(), user.pk, now, now + timedelta(days=1)]
    logs_in = f"INSERT INTO users_tokenfamily ({columns}) VALUES (%s, %s, %s, %s)", values
    deletion = user, "delete", "/api/users/me/", {"current_password": OLD}
    assert beside((LOCK, [user.pk]), logs_in, *deletion).status_code == 204
    assert not User.objects.exists()


def test_an_account_is_deleted_beside_a_change_of_its_password(beside):
    user = UserFactory()
    RefreshToken.for_user(user)
    ends_logins = "DELETE FROM users_tokenfamily WHERE user_id = %s", [user.pk]
    deletion = user, "delete", "/api/users/me/", {"current_password": OLD}
    assert beside((LOCK, [user.pk]), ends_logins, *deletion).status_code == 204
    assert not User.objects.exists()


def test_a_change_of_an_account_that_is_deleted_meanwhile_is_401(beside):
    user = UserFactory()
    deletes = "DELETE FROM users_user WHERE id = %s", [user.pk]
    change = user, "patch", "/api/users/me/", {"username": "somebody"}
    assert problem(beside(deletes, ("SELECT",), *change)) == (401, "token_not_valid")
