"""An account that changes while it logs in or refreshes, held at the moment that matters by a row lock. No sleeps."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from auditlog.models import LogEntry
from django.contrib.auth.hashers import make_password
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.utils import timezone

from tests.conftest import Client, problem
from tests.factories import UserFactory
from tests.processes import waits_for_a_lock
from tests.products.conftest import opened
from users.models import TokenFamily, User
from users.tokens import RefreshToken

pytestmark = pytest.mark.django_db(transaction=True)

OLD, NEW = "correct horse 9", "battery staple 7"
CHANGE = {"current_password": OLD, "new_password": NEW}


def asked(user, method, path, body):
    """The answer to a request, on a connection of its own. `method`: a name, or what asks by itself."""
    client = Client()
    client.force_authenticate(user)
    try:
        return getattr(client, method)(path, body) if isinstance(method, str) else method(path, body)
    finally:
        connection.close()


def deletion_of(user):
    return user, "delete", "/api/users/me/", {"current_password": OLD}


def logging_in(user):
    columns, now = "id, user_id, created_at, expires_at", timezone.now()
    values = [uuid4(), user.pk, now, now + timedelta(days=1)]
    return f"INSERT INTO users_tokenfamily ({columns}) VALUES (%s, %s, %s, %s)", values


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
    answer = beside((LOGIN, [user.pk]), (NAME, [user.pk]), user, "post", "/api/users/me/password/", CHANGE)
    assert answer.status_code == 204
    assert not TokenFamily.objects.exists()


LOGIN = "SELECT FROM users_tokenfamily WHERE user_id = %s FOR UPDATE"  # as a refresh has it
NAME = "SELECT FROM users_user WHERE id = %s FOR KEY SHARE"  # as the next token does, and the record of a write
LOCK = "SELECT FROM users_user WHERE id = %s FOR NO KEY UPDATE"  # as a login and a new password do


def test_an_account_is_deleted_with_the_login_that_is_under_way(beside):
    user = UserFactory()
    assert beside((LOCK, [user.pk]), logging_in(user), *deletion_of(user)).status_code == 204
    assert not User.objects.exists()


def test_an_account_is_deleted_beside_a_refresh(beside):
    user = UserFactory()
    RefreshToken.for_user(user)
    assert beside((LOGIN, [user.pk]), (NAME, [user.pk]), *deletion_of(user)).status_code == 204
    assert not User.objects.exists()


def test_an_account_is_deleted_beside_a_write_of_its_own(beside):
    user = UserFactory()
    columns = "content_type_id, object_pk, object_repr, action, changes_text, timestamp, actor_id, changes"
    values = [ContentType.objects.first().pk, "1", "Lamp", 1, "", timezone.now(), user.pk, "{}"]
    records = f"INSERT INTO auditlog_logentry ({columns}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)", values
    assert beside((NAME, [user.pk]), records, *deletion_of(user)).status_code == 204
    assert LogEntry.objects.get().actor is None


def test_accounts_that_the_admin_deletes_are_deleted_beside_their_logins(beside, client, admin_user):
    user = UserFactory()
    form = {"action": "delete_selected", "_selected_action": [str(user.pk)], "post": "yes"}
    client.force_login(admin_user)
    answer = beside((LOCK, [user.pk]), logging_in(user), None, client.post, "/admin/users/user/", form)
    assert answer.status_code == 302
    assert [*User.objects.all()] == [admin_user]


def test_an_account_is_deleted_beside_a_change_of_its_password(beside):
    user = UserFactory()
    RefreshToken.for_user(user)
    ends_logins = "DELETE FROM users_tokenfamily WHERE user_id = %s", [user.pk]
    assert beside((LOCK, [user.pk]), ends_logins, *deletion_of(user)).status_code == 204
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("patch", "me/", {"username": "somebody"}),
        ("delete", "me/", {"current_password": OLD}),
        ("post", "me/password/", CHANGE),
    ],
)
def test_what_is_asked_for_an_account_that_is_deleted_meanwhile_is_401(beside, method, path, body):
    user = UserFactory()
    deletes = "DELETE FROM users_user WHERE id = %s", [user.pk]
    answer = beside(deletes, ("SELECT",), user, method, f"/api/users/{path}", body)
    assert problem(answer) == (401, "token_not_valid")


def test_an_account_is_renamed_and_closed_beside_a_refresh(beside, client, admin_user):
    user = UserFactory()
    RefreshToken.for_user(user)
    client.force_login(admin_user, "users.backends.ModelBackend")
    path = f"/admin/users/user/{user.pk}/change/"
    form = {name: value for name, value in opened(client, path).items() if value != "False"} | {"username": "renamed"}
    del form["is_active"]
    assert beside((LOGIN, [user.pk]), (NAME, [user.pk]), None, client.post, path, form).status_code == 302
    assert not TokenFamily.objects.exists()


@pytest.fixture
def old_hash(settings):
    """An account whose password was hashed in an older form."""
    hashers = "django.contrib.auth.hashers"
    settings.PASSWORD_HASHERS = [f"{hashers}.MD5PasswordHasher", f"{hashers}.PBKDF2PasswordHasher"]
    user = UserFactory(username="nora")
    user.password = make_password(OLD, hasher="pbkdf2_sha256")
    user.save()
    return user


def test_logins_at_once_over_an_older_hash_are_all_let_in(old_hash):
    body = {"username": "nora", "password": OLD}
    with ThreadPoolExecutor() as pool:
        answers = list(pool.map(lambda _: asked(None, "post", "/api/token/", body), range(3)))
    assert [answer.status_code for answer in answers] == [200] * 3


def test_an_older_hash_is_made_anew_after_whoever_has_the_account(beside, old_hash):
    reset = "UPDATE users_user SET password = %s WHERE id = %s", [make_password(NEW), old_hash.pk]
    body = {"username": "nora", "password": OLD}
    assert problem(beside(reset, ("SELECT",), None, "post", "/api/token/", body))[0] == 401
    assert User.objects.get().check_password(NEW)
