import json
import re
from io import BytesIO

import pytest

from products.models import Product
from tests.conftest import problem
from tests.factories import CategoryFactory

pytestmark = pytest.mark.django_db

PATHS = ["/api/products/", "/api/token/", "/api/register/"]


def send(client, body, path="/api/products/", content_type="application/json", **extra):
    return client.generic("POST", path, body, content_type=content_type, **extra)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "body",
    [
        *(
            b"{",
            b"nope",
            b"{'a': 1}",
            b'{"a": NaN}',
            b'{"a": Infinity}',
            b'{"a": 1}x',
            b"\xff\xfe",
            b'\xef\xbb\xbf{"a": 1}',
        ),
        *(b"[" * 100_000 + b"]" * 100_000, b'{"a":' * 100_000 + b"1" + b"}" * 100_000, b"1" * 100_000),
        *(b'{"name": "\\ud800"}', b'{"\\udfff": 1}', b'{"a": 1e99999999999999999999}'),
    ],
)
def test_malformed_json_is_a_parse_error(editor, path, body):
    status, code = problem(send(editor, body, path))
    assert status == 400
    assert code in {"parse_error", "invalid"} if b"1e9" in body else code == "parse_error"


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b'{"name": "a", "price": 1, "name": "b"}', "name"),
        (b'{"a": [{"b": {"c": 1, "\\u0063": 2}}]}', "c"),
        (b'{"\\ud800": 1, "\\ud800": 2}', "?"),
        (b'{"%s": 1, "%s": 2}' % (b"x" * 1000, b"x" * 1000), "x" * 100),
    ],
)
def test_a_key_that_is_there_twice_is_named_and_refused(editor, path, body, name):
    response = send(editor, body, path)
    assert problem(response) == (400, "parse_error")
    assert response.json()["detail"] == f"The body is not valid JSON: '{name}' is there twice in one object."


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"[" * 100 + b"]" * 100, "The request has 1 invalid field."),
        (b"[" * 101 + b"]" * 101, "The JSON is nested too deep: at most 100 levels."),
        (b'{"a":' * 101 + b"1" + b"}" * 101, "The JSON is nested too deep: at most 100 levels."),
        (json.dumps(["[" * 200 + '\\"{' * 200]).encode(), "The request has 1 invalid field."),
        (b'"' + b'\\"[' * 300_000, "The body is not valid JSON: Unterminated string starting at (line 1)."),
    ],
)
def test_a_hundred_levels_are_deep_enough(api, body, detail):
    response = send(api, body, "/api/token/")
    assert (response.status_code, response.json()["detail"]) == (400, detail)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "content_type",
    [
        *("text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"),
        *(
            "*/*",
            "application/*",
            "application/json; charset=utf-16",
            "application/json; charset=latin-1",
            "application/json; charset=nope",
            "application/json; charset=utf-16; charset=utf-8",
            "application/json; charset=utf-8;charset=utf-16",
        ),
    ],
)
def test_anything_but_json_in_utf8_is_415(editor, path, content_type):
    assert problem(send(editor, b'{"name": "a"}', path, content_type)) == (415, "unsupported_media_type")


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "application/xml", "text/plain"])
def test_an_empty_body_of_another_type_is_415(editor, content_type):
    for method, path in (("PATCH", "/api/users/me/"), ("POST", "/api/products/"), ("POST", "/api/token/")):
        answer = editor.generic(method, path, b"", content_type=content_type, CONTENT_TYPE=content_type)
        assert problem(answer) == (415, "unsupported_media_type")


@pytest.mark.parametrize("path", ["/api/products/", "/api/categories/", "/api/register/", "/api/token/"])
@pytest.mark.parametrize("body", [b'"x"', b"[1]", b"1"])
def test_a_body_that_is_no_object_is_told_so_in_words_of_json(editor, path, body):
    answer = send(editor, body, path)
    assert problem(answer) == (400, "invalid")
    assert not re.search("dictionary|str|list|int", answer.content.decode())


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", '"utf-8"', "utf8", "us-ascii"])
def test_utf8_by_any_name_is_utf8(editor, charset):
    body = {"name": "Café", "price": "1", "category": CategoryFactory().slug}
    content_type = f"application/json; charset={charset}"
    assert send(editor, json.dumps(body, ensure_ascii=False).encode(), content_type=content_type).status_code == 201


@pytest.mark.parametrize("path", [*PATHS, "/api/nope/", "/admin/login/", "/"])
def test_a_body_over_a_mebibyte_is_413(api, path):
    assert problem(send(api, b'"' + b"x" * 1024 * 1024 + b'"', path)) == (413, "payload_too_large")


def test_a_body_of_unknown_length_is_411(editor):
    response = send(editor, b"", HTTP_TRANSFER_ENCODING="chunked")
    assert problem(response) == (411, "length_required")


def test_more_parameters_than_django_takes_are_400(api):
    refused = api.get("/api/products/?" + "a=1&" * 1100)
    assert problem(refused) == (400, "parse_error")
    assert refused.json()["detail"] == "The request has too many parameters or files."


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "*/*", "nonsense", "text/html,*/*;q=0.8", ""])
def test_the_answer_is_json_whatever_is_accepted(api, accept):
    response = api.get("/api/products/", headers={"accept": accept})
    assert (response.status_code, response["Content-Type"]) == (200, "application/json")


def test_a_format_cannot_be_asked_for(api):
    assert problem(api.get("/api/products/?format=api")) == (400, "invalid")
    assert problem(api.get("/api/products.json")) == (404, "not_found")


def test_long_and_strange_names_of_fields_are_repeated_in_part_only(editor):
    response = editor.post("/api/products/", {"x" * 10_000: 1, "\x00": 2, "😀": 3})
    assert {"x" * 100, "\x00", "😀"} <= set(response.json()["errors"])
    assert max(map(len, response.json()["errors"])) == 100
    assert Product.objects.count() == 0


def test_a_body_that_is_shorter_than_announced_is_refused_whatever_it_says(editor):
    assert problem(send(editor, b"", CONTENT_LENGTH="50", **{"wsgi.input": BytesIO(b"{}")})) == (400, "parse_error")
