"""What nobody should have to interpret, sent by anybody."""

import encodings
from io import BytesIO

import pytest

from ecommerce_backend.api.incoming import CONTENT_TYPE_AT_MOST, Handler, IncomingHeaders, plain_content_type
from tests.api.gateway.conftest import Gateway
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db(transaction=True)  # outside a transaction, as a server is

ODD = ["charset=hex", "charset=utf-16", "charset=undefined", "charset*=zzz''x", "charset*=utf-8''%00", "x*0=1; x*=''2"]


@pytest.fixture
def shop():
    """The whole of it, as servers call it."""
    gateway = Gateway()
    gateway.django, gateway.cache = Handler(), IncomingHeaders(gateway.cache)
    return gateway


@pytest.mark.parametrize("plain", ["application/json", "application/json; charset=UTF-8", 'a/b;charset="utf8"; v=1'])
def test_plain_types_stay_as_they_are(plain):
    assert plain_content_type(plain) == plain


@pytest.mark.parametrize("odd", [*ODD, 'CharSet = "hex"', 'x=";charset=hex"', "v=1;\tcharset=punycode", "charset="])
def test_others_are_of_an_unknown_charset(odd):
    assert plain_content_type(f"text/plain; {odd}") == "text/plain; charset=unsupported"


def test_a_type_that_is_too_long_is_none_that_is_known():
    assert plain_content_type("a/" + "b" * CONTENT_TYPE_AT_MOST) == "application/octet-stream"


@pytest.mark.parametrize("odd", ODD)
def test_a_charset_changes_no_answer_and_not_that_of_others(shop, odd):
    ProductFactory(name="Café Laptop")
    for search in ("%6Captop", "caf%C3%A9"):
        url = f"/api/products/?search={search}"
        asked = [shop.get(url, CONTENT_TYPE=f"x/y; {odd}"), shop.get(url), shop.get(url, CONTENT_TYPE=f"x/y; {odd}")]
        assert [(status, b'"count":1,' in body) for status, _, body in asked] == [("200 OK", True)] * 3


def test_no_name_of_a_charset_is_remembered(shop):
    shop.get("/health/live/", CONTENT_TYPE="x/y; charset=first")
    before = len(encodings._cache)
    for number in range(20):
        shop.get("/health/live/", CONTENT_TYPE=f"x/y; charset=made-up-{number}")
    assert len(encodings._cache) == before


def test_too_many_tags_are_none_and_for_a_change_none_that_holds(shop):
    url = f"/api/products/{ProductFactory().pk}/"
    _, headers, _ = shop.get(url)
    assert shop.get(url, HTTP_IF_NONE_MATCH=headers["ETag"])[0] == "304 Not Modified"
    assert shop.get(url, HTTP_IF_NONE_MATCH=headers["ETag"] + "," * 9_000)[0] == "200 OK"


def test_too_many_tags_keep_a_change_from_being_made(editor):
    product = ProductFactory(price="1.00")
    path = f"/api/products/{product.pk}/"
    tag = editor.get(path)["ETag"]

    def change(environ, start_response):
        return editor.patch(path, {"price": "2.00"}, headers={"if-match": environ["HTTP_IF_MATCH"]})

    assert IncomingHeaders(change)({"HTTP_IF_MATCH": tag + "," * 9_000}, None).status_code == 412
    assert IncomingHeaders(change)({"HTTP_IF_MATCH": tag}, None).status_code == 200


def test_a_form_that_cannot_be_read_is_400(shop):
    body = b"--X\r\nContent-Disposition: form-data; name*0=1; name*=''2\r\n\r\nx\r\n--X--"
    sent = {"wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body))}
    sent |= {"CONTENT_TYPE": "multipart/form-data; boundary=X", "HTTP_COOKIE": f"csrftoken={'a' * 32}"}
    assert shop.get("/admin/login/", method="POST", **sent)[0].startswith("400")
