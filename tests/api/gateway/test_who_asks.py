"""An answer is kept for whoever asks in the same way: the host, the scheme and the origin are in it."""

import pytest

from tests.api.gateway.conftest import Gateway
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db(transaction=True)  # outside a transaction, as a server is


def test_the_id_of_a_request_is_the_clients_where_it_is_sane(gateway):
    ids = [gateway.get("/api/products/", HTTP_X_REQUEST_ID=sent)[1]["X-Request-ID"] for sent in ("a", "b", "c d")]
    assert ids[:2] == ["a", "b"]
    assert len(ids[2]) == 32


def test_links_lead_to_the_host_that_was_asked(gateway):
    ProductFactory.create_batch(2)
    answers = [gateway.get("/api/products/?page_size=1", HTTP_HOST=host)[2] for host in ("localhost", "127.0.0.1")]
    assert [b"//localhost/" in answer for answer in answers] == [True, False]


def test_links_have_the_scheme_by_which_it_was_asked(gateway, settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ProductFactory.create_batch(2)
    asked = [{}, {"wsgi.url_scheme": "https"}, {"HTTP_X_FORWARDED_PROTO": "https"}, {"HTTP_X_FORWARDED_PROTO": "http"}]
    answers = [gateway.get("/api/products/?page_size=1", **more)[2] for more in asked]
    assert [b'"https://localhost/' in answer for answer in answers] == [False, True, True, False]


def test_each_origin_is_told_of_itself(settings):
    origins = ["https://one.example", "https://two.example"]
    settings.CORS_ALLOW_ALL_ORIGINS, settings.CORS_ALLOWED_ORIGINS = False, origins
    gateway = Gateway()
    for origin in (*origins, *origins):
        status, headers, _ = gateway.get("/api/products/", HTTP_ORIGIN=origin)
        known = gateway.get("/api/products/", HTTP_ORIGIN=origin, HTTP_IF_NONE_MATCH=headers["ETag"])
        assert (status, known[0]) == ("200 OK", "304 Not Modified")
        for each in (headers, known[1]):
            assert each["access-control-allow-origin"] == origin
            assert "origin" in each["Vary"].lower()
    assert len(gateway.asked) == 2
