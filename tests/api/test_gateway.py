"""Whole answers from memory, in front of Django: the same as Django's, and never out of date."""

from wsgiref.util import setup_testing_defaults

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import OperationalError

from ecommerce_backend.api import counters
from ecommerce_backend.api.gateway import GatewayCache
from products.models import Generation, Product
from tests.factories import CategoryFactory, ProductFactory

pytestmark = pytest.mark.django_db(transaction=True)  # outside a transaction, as a server is

# The policy puts its parts in another order in every Django; Django counts the bytes of no body.
OF_ONE_ANSWER = {"X-Request-ID", "RateLimit-Remaining", "RateLimit-Reset", "Content-Security-Policy", "Content-Length"}


class Gateway:
    """The cache with Django behind it; `asked` are the requests that Django was asked."""

    def __init__(self, max_bytes=1_000_000, generation=Generation.objects.current):
        self.asked = []
        self.django = get_wsgi_application()
        self.cache = GatewayCache(self.hand_on, generation=generation, max_bytes=max_bytes)

    def hand_on(self, environ, start_response):
        self.asked.append(environ["PATH_INFO"])
        return self.django(environ, start_response)

    def get(self, url, method="GET", **more):
        """Status, headers and body."""
        path, _, query = url.partition("?")
        environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "HTTP_HOST": "localhost"}
        environ |= {"REMOTE_ADDR": "192.0.2.1", **more}
        setup_testing_defaults(environ)
        begun = []
        response = self.cache(environ, lambda *arguments: begun.append(arguments))
        body = b"".join(response)
        if hasattr(response, "close"):
            response.close()
        [(status, headers)] = begun
        return status, dict(headers), body


@pytest.fixture
def gateway():
    return Gateway()


def lasting(headers):
    return {name: value for name, value in headers.items() if name not in OF_ONE_ANSWER}


@pytest.mark.parametrize(
    "url",
    ["/api/products/", "/api/products/?search=mug&fields=name", "/api/products/facets/", "/api/categories", "detail"],
)
@pytest.mark.parametrize("rate", [None, (5, 60)])
def test_the_second_answer_is_the_first_one_without_django(gateway, settings, url, rate, django_assert_num_queries):
    settings.THROTTLE_RATES = settings.THROTTLE_RATES | {"anon": rate}
    url = f"/api/products/{ProductFactory(name='Mug').pk}/" if url == "detail" else url
    first = gateway.get(url, HTTP_ORIGIN="https://shop.example")
    with django_assert_num_queries(1 if rate is None else 2):
        second = gateway.get(url, HTTP_ORIGIN="https://shop.example")
    assert (first[0], first[1].keys(), first[2]) == (second[0], second[1].keys(), second[2])
    assert lasting(first[1]) == lasting(second[1])
    assert first[1]["X-Request-ID"] != second[1]["X-Request-ID"]
    assert len(gateway.asked) == 1


def test_what_the_client_has_is_304_as_django_says_it(gateway):
    ProductFactory()
    tag = gateway.get("/api/products/")[1]["ETag"]
    known = gateway.get("/api/products/", HTTP_IF_NONE_MATCH=tag)
    of_django = Gateway(max_bytes=0).get("/api/products/", HTTP_IF_NONE_MATCH=tag)
    assert (known[0], known[2], len(gateway.asked)) == ("304 Not Modified", b"", 1)
    assert lasting(known[1]) == lasting(of_django[1])


@pytest.mark.parametrize("tag", ['"other"', "*", '"a", W/"b"', "nonsense"])
def test_other_tags_are_for_django_to_understand(gateway, tag):
    gateway.get("/api/products/")
    status = gateway.get("/api/products/", HTTP_IF_NONE_MATCH=tag)[0]
    assert (status, len(gateway.asked)) == ("304 Not Modified" if tag == "*" else "200 OK", 2)


def test_the_id_of_a_request_is_the_clients_where_it_is_sane(gateway):
    ids = [gateway.get("/api/products/", HTTP_X_REQUEST_ID=sent)[1]["X-Request-ID"] for sent in ("a", "b", "c d")]
    assert ids[:2] == ["a", "b"]
    assert len(ids[2]) == 32


def test_a_change_is_seen_at_once(gateway):
    product = ProductFactory(name="Old")
    urls = ["/api/products/", f"/api/products/{product.pk}/"]
    assert all(b"Old" in gateway.get(url)[2] for url in urls)
    Product.objects.update(name="New")
    assert all(b"New" in gateway.get(url)[2] for url in urls)


@pytest.mark.parametrize(
    ("url", "more"),
    [
        ("/api/products/", {"HTTP_AUTHORIZATION": "Bearer not.a.token"}),
        ("/api/products/", {"HTTP_TRANSFER_ENCODING": "chunked"}),
        ("/api/products/", {"CONTENT_LENGTH": "9999999"}),
        ("/api/products/", {"HTTP_IF_MATCH": '"x"'}),
        ("/api/products/", {"HTTP_HOST": "elsewhere.example"}),
        ("/api/products/", {"method": "HEAD"}),
        ("/api/products/", {"method": "POST"}),
        ("/api/products/?page=0", {}),
        ("/api/products/?page=77", {}),
        ("/api/users/me/", {}),
        ("/health/live/", {}),
    ],
)
def test_what_is_no_plain_read_is_for_django(gateway, url, more):
    gateway.get("/api/products/")
    first, second = (gateway.get(url, **more) for _ in range(2))
    of_django = Gateway(max_bytes=0).get(url, **more)
    assert first[0] == second[0] == of_django[0]
    assert len(gateway.asked) == 3


def test_links_lead_to_the_host_that_was_asked(gateway):
    ProductFactory.create_batch(2)
    answers = [gateway.get("/api/products/?page_size=1", HTTP_HOST=host)[2] for host in ("localhost", "127.0.0.1")]
    assert [b"//localhost/" in answer for answer in answers] == [True, False]


def test_one_too_many_is_429(gateway, settings):
    settings.THROTTLE_RATES = settings.THROTTLE_RATES | {"anon": (2, 60)}
    answers = [gateway.get("/api/products/") for _ in range(3)]
    assert [answer[0][:3] for answer in answers] == ["200", "200", "429"]
    assert [answer[1]["RateLimit-Remaining"] for answer in answers] == ["1", "0", "0"]
    assert gateway.get("/api/products/", REMOTE_ADDR="192.0.2.2")[0] == "200 OK"


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


def test_a_database_that_goes_while_the_limit_is_counted_is_for_django_to_explain(gateway, settings, monkeypatch):
    settings.THROTTLE_RATES = settings.THROTTLE_RATES | {"anon": (9, 60)}
    gateway.get("/api/products/")

    def hit(*_, **__):
        raise OperationalError("gone")

    monkeypatch.setattr(counters, "hit", hit)
    status, headers, _ = gateway.get("/api/products/")
    assert (status, headers["Content-Type"]) == ("503 Service Unavailable", "application/problem+json")


def test_a_database_that_does_not_say_is_for_django_to_explain():
    def generation():
        raise OperationalError("gone")

    gateway = Gateway(generation=generation)
    assert [gateway.get("/api/products/")[0] for _ in range(2)] == ["200 OK", "200 OK"]
    assert len(gateway.asked) == 2


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
