import logging

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import DataError, IntegrityError, InterfaceError, InternalError, OperationalError

from products.models import Product
from tests.conftest import problem
from tests.factories import ProductFactory


def failing(monkeypatch, error, cause=None):
    """Make every read of products fail."""

    def fail(*args, **kwargs):
        raise error from cause

    monkeypatch.setattr(Product.objects.for_listing().__class__, "page", fail)


class WithState(Exception):
    def __init__(self, pgcode):
        self.pgcode = pgcode


@pytest.mark.parametrize(
    ("error", "state", "expected"),
    [
        (OperationalError("server closed the connection at /var/run/x"), None, (503, "service_unavailable")),
        (InterfaceError("connection already closed"), None, (503, "service_unavailable")),
        (OperationalError("canceling statement due to lock timeout"), "55P03", (503, "service_unavailable")),
        (InternalError("cannot execute INSERT in a read-only transaction"), "25006", (503, "service_unavailable")),
        (IntegrityError("duplicate key value violates unique constraint"), "23505", (409, "conflict")),
        (IntegrityError("violates foreign key constraint"), "23503", (409, "conflict")),
        (IntegrityError("violates check constraint"), "23514", (400, "invalid")),
        (DataError("numeric field overflow"), "22003", (400, "invalid")),
    ],
)
def test_a_database_error_is_an_answer_that_tells_nothing(api, db, monkeypatch, caplog, error, state, expected):
    failing(monkeypatch, error, WithState(state))
    response = api.get("/api/products/")
    assert problem(response) == expected
    assert ("Retry-After" in response) == (expected[0] == 503)
    assert str(error) not in response.content.decode()
    assert f"Database error reached the client: {type(error).__name__} {state or error}" in caplog.text


@pytest.mark.parametrize("error", [RuntimeError("secret"), InternalError("in failed transaction"), KeyError("x")])
def test_a_crash_is_500_with_nothing_but_the_request_id(api, db, monkeypatch, caplog, error):
    failing(monkeypatch, error, WithState("25P02"))
    api.raise_request_exception = False
    response = api.get("/api/products/", headers={"x-request-id": "abc-123"})
    assert problem(response) == (500, "error")
    assert response.json()["request_id"] == "abc-123"
    assert "secret" not in response.content.decode()
    [record] = [record for record in caplog.records if record.message == "Unhandled exception"]
    assert record.exc_info[1] is error


def test_a_crash_is_json_with_debug_on_too(api, db, monkeypatch, settings):
    settings.DEBUG = True
    api.raise_request_exception = False
    failing(monkeypatch, RuntimeError("secret"))
    assert problem(api.get("/api/products/")) == (500, "error")


def test_a_crash_while_rendering_is_json_too(api, db, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("secret")

    api.raise_request_exception = False
    monkeypatch.setattr("orjson.dumps", fail)
    assert problem(api.get("/api/products/")) == (500, "error")


def test_no_cache_keeps_a_404_of_what_is_made_afterwards(api, editor):
    missing = api.get("/api/categories/lamps/")
    assert (problem(missing), missing["Cache-Control"]) == ((404, "not_found"), "no-store")
    assert editor.post("/api/categories/", {"name": "Lamps"}).status_code == 201
    assert api.get("/api/categories/lamps/")["Cache-Control"] == "public, no-cache"


@pytest.mark.parametrize("sane", ["abc", "0b1f3c7d-9a5e", "req_1.2:3/4=", "x" * 128])
def test_a_sane_request_id_is_taken_over(api, sane):
    assert api.get("/health/live/", headers={"x-request-id": sane})["X-Request-ID"] == sane


@pytest.mark.parametrize("odd", ["", "a b", "a\tb", "x" * 129, "<script>", "ä"])
def test_an_odd_request_id_is_replaced(api, odd):
    made = api.get("/health/live/", headers={"x-request-id": odd})["X-Request-ID"]
    assert (len(made), made.isalnum()) == (32, True)


def test_every_answer_has_a_request_id_of_its_own(api, db):
    paths = ("/api/products/", "/api/nope/", "/swagger/", "/health/live/", "/admin/login/", "/static/nope.css")
    assert len({api.get(path)["X-Request-ID"] for path in paths}) == len(paths)


def test_the_request_id_stands_in_the_log(api, db, monkeypatch, caplog):
    from ecommerce_backend.request_id import RequestIDFilter

    caplog.handler.addFilter(RequestIDFilter())
    failing(monkeypatch, OperationalError("away"))
    api.get("/api/products/", headers={"x-request-id": "abc-123"})
    assert [record.request_id for record in caplog.records if record.levelno == logging.WARNING] == ["abc-123"]


@pytest.mark.django_db(transaction=True)
def test_a_lock_that_is_held_too_long_is_503(editor, other_connection):
    product = ProductFactory()
    with other_connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM products_product FOR UPDATE")
        response = editor.patch(f"/api/products/{product.pk}/", {"price": "5"})
    other_connection.rollback()
    assert problem(response) == (503, "service_unavailable")
    assert response["Retry-After"] == "2"
    assert editor.patch(f"/api/products/{product.pk}/", {"price": "5"}).status_code == 200


@pytest.mark.parametrize("path", ["/swagger/", "/redoc/"])
def test_errors_of_pages_have_the_shape_of_all_others(api, path):
    assert problem(api.post(path, {})) == (405, "method_not_allowed")


def test_a_session_that_cannot_be_read_is_503_whatever_is_asked(client, admin_user, monkeypatch):
    client.force_login(admin_user, "users.backends.ModelBackend")

    def away(*args, **kwargs):
        raise OperationalError("away")

    client.raise_request_exception = False
    monkeypatch.setattr(SessionStore, "_get_session_from_db", away)
    for answer in (client.get("/admin/"), client.post("/admin/products/category/add/", {})):
        assert problem(answer) == (503, "service_unavailable")
        assert answer["Retry-After"] == "2"
