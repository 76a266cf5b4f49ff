from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from ecommerce_backend.api.models import IdempotencyKey
from products.models import Category, Product
from tests.conftest import Client, faults, problem
from tests.factories import CategoryFactory, UserFactory
from tests.processes import at_once
from users.models import User

pytestmark = pytest.mark.django_db

KEY = {"idempotency-key": "8e03978e-40d5-43dd-bc93-6894a57f9324"}


@pytest.fixture
def body():
    return {"name": "Desk Lamp", "price": "19.99", "category": CategoryFactory(slug="lamps").slug}


def test_the_same_request_again_replays_the_answer_and_creates_nothing(editor, body):
    first, second = (editor.post("/api/products/", body, headers=KEY) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.content == first.content
    assert (second["Location"], second["ETag"]) == (first["Location"], first["ETag"])
    assert Product.objects.count() == 1


def test_the_first_answer_is_replayed_even_when_the_product_has_changed(editor, body):
    first = editor.post("/api/products/", body, headers=KEY)
    editor.patch(first["Location"], {"price": "1.00"})
    assert editor.post("/api/products", body, headers=KEY).json() == first.json()


def test_categories_and_registrations_take_keys_too(editor, api):
    assert [editor.post("/api/categories/", {"name": "A"}, headers=KEY).status_code for _ in range(2)] == [201, 201]
    account = {"username": "nora", "email": "nora@example.com", "password": "correct horse 9"}
    answers = [api.post("/api/register/", account, headers=KEY) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert (Category.objects.count(), User.objects.filter(username="nora").count()) == (1, 1)


def test_another_body_or_path_under_the_key_is_422(editor, body):
    editor.post("/api/products/", body, headers=KEY)
    for path, other in (("/api/products/", body | {"price": "20.00"}), ("/api/categories/", body)):
        assert problem(editor.post(path, other, headers=KEY)) == (422, "idempotency_key_reused")
    assert (Product.objects.count(), Category.objects.count()) == (1, 1)


def test_the_order_of_fields_makes_no_other_body(editor, body):
    editor.post("/api/products/", body, headers=KEY)
    assert editor.post("/api/products/", dict(reversed(body.items())), headers=KEY).status_code == 201
    assert Product.objects.count() == 1


def test_the_key_of_one_caller_is_nothing_to_another(editor, body):
    first = editor.post("/api/products/", body, headers=KEY).json()
    other = Client()
    other.force_authenticate(UserFactory(is_superuser=True))
    assert other.post("/api/products/", body, headers=KEY).json()["id"] != first["id"]


def test_strangers_have_their_keys_to_themselves():
    for number in range(2):
        account = {"username": f"nora{number}", "email": f"nora{number}@example.com", "password": "correct horse 9"}
        client = Client(REMOTE_ADDR=f"192.0.2.{number}")
        assert client.post("/api/register/", account, headers=KEY).status_code == 201
    assert User.objects.filter(username__startswith="nora").count() == 2


def test_a_refused_request_does_not_use_up_its_key(editor, body):
    assert faults(editor.post("/api/products/", body | {"price": -1}, headers=KEY)) == {"price": ["min_value"]}
    assert editor.post("/api/products/", body, headers=KEY).status_code == 201


def test_after_a_day_a_key_is_new_again(editor, body):
    editor.post("/api/products/", body, headers=KEY)
    IdempotencyKey.objects.update(created_at=timezone.now() - timedelta(hours=24, seconds=1))
    assert editor.post("/api/products/", body | {"price": "1.00"}, headers=KEY).status_code == 201
    assert Product.objects.count() == 2


@pytest.mark.parametrize("key", ["", "a b", "x" * 256, "ä", "a\tb"])
def test_what_is_no_key_is_400(editor, body, key):
    assert faults(editor.post("/api/products/", body, headers={"idempotency-key": key})) == {
        "Idempotency-Key": ["invalid"]
    }
    assert Product.objects.count() == 0


def test_a_crash_between_insert_and_answer_leaves_neither(editor, body, monkeypatch):
    editor.raise_request_exception = False
    monkeypatch.setattr("ecommerce_backend.api.idempotency._remember", lambda *_: 1 / 0)
    assert problem(editor.post("/api/products/", body, headers=KEY)) == (500, "error")
    assert Product.objects.count() == 0
    monkeypatch.undo()
    assert editor.post("/api/products/", body, headers=KEY).status_code == 201


def test_no_password_can_be_guessed_from_what_is_kept(api, settings):
    account = {"username": "nora", "email": "nora@example.com", "password": "correct horse 9"}
    api.post("/api/register/", account, headers=KEY)
    [kept] = IdempotencyKey.objects.values()
    assert account["password"] not in str(kept)
    assert KEY["idempotency-key"] not in str(kept)
    settings.SECRET_KEY = "another"
    assert problem(Client().post("/api/register/", account, headers=KEY)) == (422, "idempotency_key_reused")


@pytest.mark.django_db(transaction=True)
def test_while_the_first_is_running_the_second_is_told_so(editor, body, monkeypatch):
    create = Product.save
    meanwhile = []

    def save_while_another_asks(self, **kwargs):
        def ask(_):
            client = Client()
            client.force_authenticate(editor.user)
            meanwhile.append(problem(client.post("/api/products/", body, headers=KEY)))
            connection.close()

        monkeypatch.setattr(Product, "save", create)
        at_once(1, ask)
        create(self, **kwargs)

    monkeypatch.setattr(Product, "save", save_while_another_asks)
    assert editor.post("/api/products/", body, headers=KEY).status_code == 201
    assert meanwhile == [(409, "idempotency_in_progress")]
    assert Product.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_six_at_once_one_creates_and_the_others_are_told_so_or_get_its_answer(editor, body):
    def post(_):
        client = Client()
        client.force_authenticate(editor.user)
        return client.post("/api/products/", body, headers=KEY)

    answers = at_once(6, post)
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert {answer.json()["id"] for answer in answers if answer.status_code == 201} == {str(Product.objects.get().pk)}
