"""How much the gateway keeps, and what it lets go of first."""

import pytest

from tests.api.gateway.conftest import Gateway
from tests.factories import CategoryFactory

pytestmark = pytest.mark.django_db(transaction=True)  # outside a transaction, as a server is


def size_of(url):
    """What it takes to keep an answer."""
    gateway = Gateway()
    gateway.get(url)
    return gateway.cache._bytes


def test_long_questions_with_short_answers_take_their_place_too():
    gateway = Gateway(max_bytes=20_000)
    for number in range(9):
        gateway.get(f"/api/products/?category={number:07000}&fields=id")
    assert len(gateway.cache._kept) == 2
    gateway.get(f"/api/products/?category={number:07000}&fields=id")
    assert len(gateway.asked) == 9


def test_what_is_larger_than_the_cache_pushes_nothing_out():
    CategoryFactory(slug="a")
    gateway = Gateway(max_bytes=size_of("/api/categories/a/"))
    for url in ("/api/categories/a/", f"/api/products/?category={'b' * 7000}", "/api/categories/a/"):
        gateway.get(url)
    assert gateway.asked == ["/api/categories/a/", "/api/products/"]


def test_what_was_asked_for_last_is_kept():
    for name in "abc":
        CategoryFactory(slug=name, name=name)
    gateway = Gateway(max_bytes=2 * size_of("/api/categories/a/"))
    for name in "abacab":
        gateway.get(f"/api/categories/{name}/")
    assert gateway.asked == [f"/api/categories/{name}/" for name in "abcb"]
