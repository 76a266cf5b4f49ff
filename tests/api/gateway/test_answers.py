"""Whole answers from memory, in front of Django: the same as Django's, and never out of date."""

import pytest

from products.models import Product
from tests.api.gateway.conftest import Gateway
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db(transaction=True)  # outside a transaction, as a server is

# The policy puts its parts in another order in every Django; Django counts the bytes of no body.
OF_ONE_ANSWER = {"X-Request-ID", "RateLimit-Remaining", "RateLimit-Reset", "Content-Security-Policy", "Content-Length"}


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
