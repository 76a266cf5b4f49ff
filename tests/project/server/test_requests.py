"""The real server, as `make run` starts it, asked by a real client."""

import http.client
import json
import os
import signal
import socket

import pytest

from tests.processes import Answer

CAREFUL = ["Content-Security-Policy", "Referrer-Policy", "X-Content-Type-Options", "X-Frame-Options"]
CAREFUL += ["Access-Control-Allow-Origin", "Access-Control-Expose-Headers", "Cross-Origin-Opener-Policy"]
CAREFUL += ["Cache-Control"]


def sign_in(server, name):
    passwords = json.loads((server.path / ".postgres" / "demo-accounts.json").read_text())
    body = json.dumps({"username": name, "password": passwords[name]})
    return f"Bearer {Answer(server, 'POST', '/api/token/', body).json()['access']}"


def test_a_newcomer_browses_and_is_refused_and_an_editor_writes(server):
    page = Answer(server, "GET", "/api/products/?category=electronics&ordering=-price&search=laptop").json()
    assert page["count"] == 9
    body = json.dumps({"name": "Zirconium Lamp", "price": 35.5, "category": "lighting"})
    customer, editor = sign_in(server, "customer"), sign_in(server, "editor")
    assert Answer(server, "POST", "/api/products/", body).status == 401
    assert Answer(server, "POST", "/api/products/", body, Authorization=customer).status == 403
    created = Answer(server, "POST", "/api/products", body, Authorization=editor)
    assert (created.status, created.json()["price"]) == (201, "35.50")
    assert Answer(server, "GET", "/api/products/?search=zircon").json()["results"] == [created.json()]
    assert Answer(server, "DELETE", f"/api/products/{created.json()['id']}", Authorization=editor).status == 204


def test_the_passwords_are_for_their_owner_alone_and_git_does_not_see_them(server):
    file = server.path / ".postgres" / "demo-accounts.json"
    assert file.stat().st_mode & 0o077 == 0
    assert (server.path / ".env").stat().st_mode & 0o077 == 0
    ignored = (server.path / ".gitignore").read_text().splitlines()
    assert {"/.postgres/", "/.env"} <= set(ignored)


def test_the_pages_load_with_their_scripts_and_styles(server):
    for page in ("/swagger/", "/redoc/", "/admin/login/"):
        answer = Answer(server, "GET", page)
        assert answer.status == 200
        for asset in [part.split('"')[0] for part in answer.content.decode().split('"/static/')[1:]]:
            assert Answer(server, "GET", f"/static/{asset}").status == 200


def test_a_large_body_is_413_and_a_chunked_one_411_and_the_next_request_is_served(server):
    large = Answer(server, "POST", "/api/token/", b"x" * 3 * 1024 * 1024)
    assert (large.status, large.json()["code"]) == (413, "payload_too_large")
    chunked = Answer(
        server, "POST", "/api/token/", iter([b'{"username": "a"}']), chunked=True, Transfer_Encoding="chunked"
    )
    assert (chunked.status, chunked.json()["code"]) == (411, "length_required")
    assert Answer(server, "GET", "/api/products/").status == 200


def test_after_a_body_that_nobody_has_read_the_connection_serves_the_next_request(server):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.connect()
    connection.auto_open = 0  # so that it does not connect anew by itself
    for path, status in (("/api/products/", 401), ("/api/nope/", 404), ("/api/token/", 400)):
        connection.request("POST", path, b" " * 1_000_000, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        assert (answer.status, answer.headers.get("Connection")) == (status, "keep-alive")
        answer.read()
    connection.close()


@pytest.mark.parametrize(
    ("request_text", "status"),
    [
        (b"GET /api/ HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer a\x00b\r\n\r\n", 400),
        (b"GET /api/" + b"x" * 9000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 414),
        (b"GET /api/ HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"x" * 9000 + b"\r\n\r\n", 431),
        (b"nonsense\r\n\r\n", 400),
        (b"POST /api/token/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -5\r\n\r\n", 400),
    ],
)
def test_what_is_no_request_is_refused_in_json(server, request_text, status):
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(request_text)
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        body = json.loads(answer.read())
    assert (answer.status, answer.headers["Content-Type"]) == (status, "application/problem+json")
    assert (body["status"], body["code"], body["request_id"]) == (status, "parse_error", answer.headers["X-Request-ID"])
    ordinary = Answer(server, "GET", "/api/nope/", Origin="https://shop.example").headers
    assert {name: answer.headers[name] for name in CAREFUL} == {name: ordinary[name] for name in CAREFUL}


def test_head_has_the_length_of_get_and_no_body(server):
    get, head = (Answer(server, method, "/api/categories/") for method in ("GET", "HEAD"))
    assert (head.status, head.content, head.headers["Content-Length"]) == (200, b"", get.headers["Content-Length"])
    assert "no-body response" not in server.output()


def test_one_connection_serves_many_requests(server):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    used = set()
    for _ in range(3):
        connection.request("GET", "/api/products/?page_size=1")
        used.add(connection.sock)
        assert connection.getresponse().read()
    assert len(used) == 1
    connection.close()


def test_the_database_comes_back_by_itself_after_it_was_killed(server):
    postmaster = int((server.path / ".postgres" / "data" / "postmaster.pid").read_text().splitlines()[0])
    os.kill(postmaster, signal.SIGKILL)
    statuses = set()
    for _ in range(200):
        answer = Answer(server, "GET", "/api/products/?page_size=1")
        statuses.add(answer.status)
        assert answer.status == 200 or (answer.json()["code"], answer.headers["Retry-After"]) == (
            "service_unavailable",
            "2",
        )
        if answer.status == 200 and postmaster_of(server) not in (None, postmaster):
            break
    assert 200 in statuses
    assert statuses <= {200, 503}


def postmaster_of(server):
    try:
        return int((server.path / ".postgres" / "data" / "postmaster.pid").read_text().splitlines()[0])
    except (FileNotFoundError, IndexError):
        return None


def test_a_client_on_this_machine_is_no_proxy(server):
    answer = Answer(server, "GET", "/api/products/?page_size=1", SCRIPT_NAME="/evil", X_Forwarded_Proto="https")
    assert answer.status == 200
    assert answer.json()["next"].startswith(f"http://127.0.0.1:{server.port}/api/products/")
