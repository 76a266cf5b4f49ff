import pytest
from auditlog.models import LogEntry

from products.models import Product
from tests.factories import CategoryFactory, ProductFactory

pytestmark = pytest.mark.django_db


def test_a_change_is_kept_with_who_when_what_and_the_request(editor):
    product = ProductFactory(name="Lamp", price="9.99")
    editor.patch(f"/api/products/{product.pk}/", {"price": "5.00"}, headers={"x-request-id": "abc-123"})
    entry = LogEntry.objects.get_for_object(product).latest()
    assert (entry.actor, entry.cid, entry.changes) == (editor.user, "abc-123", {"price": ["9.99", "5.00"]})
    assert (entry.get_action_display(), entry.remote_addr) == ("update", "127.0.0.1")


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("2001:db8::1", "2001:db8::1"), ("::ffff:192.0.2.1", "192.0.2.1"), ("fe80::1%eth0", "fe80::1"), ("", None)],
)
def test_the_address_of_whoever_wrote_is_kept(editor, sent, kept):
    product = ProductFactory(price="9.99")
    assert editor.patch(f"/api/products/{product.pk}/", {"price": "5"}, REMOTE_ADDR=sent).status_code == 200
    assert LogEntry.objects.get_for_object(product).latest().remote_addr == kept


@pytest.mark.django_db(transaction=True)
def test_what_cannot_be_recorded_is_not_done(editor, monkeypatch):
    CategoryFactory(slug="lamps")
    product = ProductFactory(name="Old")
    editor.raise_request_exception = False
    monkeypatch.setattr(LogEntry.objects, "log_create", lambda *_, **__: 1 / 0)
    path = f"/api/products/{product.pk}/"
    assert editor.post("/api/products/", {"name": "Lamp", "price": "1", "category": "lamps"}).status_code == 500
    assert editor.patch(path, {"name": "New"}).status_code == 500
    assert editor.delete(path).status_code == 500
    assert list(Product.objects.values_list("name", flat=True)) == ["Old"]


def test_creations_and_deletions_are_kept_too(editor):
    CategoryFactory(slug="lamps")
    created = editor.post("/api/products/", {"name": "Lamp", "price": "1", "category": "lamps"}).json()
    editor.delete(f"/api/products/{created['id']}/")
    entries = LogEntry.objects.filter(object_pk=created["id"]).order_by("pk")
    assert [(entry.get_action_display(), entry.actor) for entry in entries] == [
        ("create", editor.user),
        ("delete", editor.user),
    ]
    assert entries[1].changes["name"] == ["Lamp", "None"]


def test_what_changed_nothing_and_what_was_refused_leave_no_trace(editor):
    product = ProductFactory(price="9.99")
    before = LogEntry.objects.count()
    editor.patch(f"/api/products/{product.pk}/", {"price": "9.99"})
    editor.patch(f"/api/products/{product.pk}/", {"price": "-1"})
    assert LogEntry.objects.count() == before


def test_the_log_is_searched_in_the_admin(client, admin_user):
    client.force_login(admin_user)
    product = ProductFactory(name="Blue Mug")
    for query, found in (("q=mug", True), (f"q={product.pk}", True), ("q=nobody", False), ("action__exact=0", True)):
        assert (b"Blue Mug" in client.get(f"/admin/auditlog/logentry/?{query}").content) is found
    assert client.get("/admin/auditlog/logentry/?action__exact=zzz", follow=True).status_code == 200
    for query in ("timestamp__year=999999999", "resource_type=zzz"):
        assert client.get(f"/admin/auditlog/logentry/?{query}").status_code == 400


def test_who_wrote_stays_on_record_when_the_account_goes(editor, client, admin_user):
    product, user = ProductFactory(name="Lamp"), editor.user
    editor.patch(f"/api/products/{product.pk}/", {"price": "5.00"})
    kept = {"actor_id": str(user.pk), "actor_username": user.username}
    user.delete()
    entry = LogEntry.objects.get_for_object(product).latest()
    assert (entry.actor, entry.additional_data) == (None, kept)
    client.force_login(admin_user)
    for path in (f"?q={user.username}", f"{entry.pk}/change/"):
        assert f"{user.username} ({kept['actor_id']}, deleted)" in client.get(f"/admin/auditlog/logentry/{path}").text


def test_a_change_in_the_admin_is_kept_with_who_made_it(client, admin_user):
    client.force_login(admin_user)
    client.post("/admin/products/category/add/", {"name": "Lamps", "slug": "lamps"}, REMOTE_ADDR="192.0.2.1")
    [entry] = LogEntry.objects.all()
    assert (entry.actor, entry.remote_addr, entry.object_repr) == (admin_user, "192.0.2.1", "Lamps")
    assert entry.additional_data["actor_username"] == admin_user.username


def test_the_log_is_read_in_the_admin_and_cannot_be_changed_there(client, admin_user):
    entry = LogEntry.objects.get_for_object(ProductFactory()).latest()
    client.force_login(admin_user)
    assert client.get("/admin/auditlog/logentry/").status_code == 200
    assert client.get(f"/admin/auditlog/logentry/{entry.pk}/change/").status_code == 200
    for path in ("add/", f"{entry.pk}/delete/", f"{entry.pk}/change/"):
        assert client.post(f"/admin/auditlog/logentry/{path}", {"post": "yes"}).status_code == 403
    assert Product.objects.count() == 1
