"""The proxy of docker-compose.yml, in front of a shop that has one single thread."""

import re
import secrets
import socket
import subprocess
import time
from contextlib import suppress
from types import SimpleNamespace

import pytest

from tests.deployment.servers import nginx, program
from tests.processes import ROOT, Answer, Checkout, free_port

CONFIGURATION = (ROOT / "deploy/nginx.conf").read_text()


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """`make run`'s sample shop, served by one worker with one thread."""
    program("nginx")
    with Checkout(tmp_path_factory.mktemp("shop")) as checkout:
        settings = {"SECRET_KEY": secrets.token_urlsafe(64), "ALLOWED_HOSTS": "127.0.0.1", "TRUSTED_PROXIES": "1"}
        prepare = [".venv/bin/python", "manage.py", "prepare_development"]
        subprocess.run(prepare, cwd=checkout.path, env=checkout.environment | settings, check=True, capture_output=True)
        checkout.run_server(".venv/bin/gunicorn", port=free_port(), WEB_CONCURRENCY="1", WEB_THREADS="1", **settings)
        yield checkout


@pytest.fixture(scope="module")
def proxy(shop, tmp_path_factory):
    """nginx as it is configured, but for the addresses: those of the containers are not on this machine."""
    port, folder = free_port(), tmp_path_factory.mktemp("proxy")
    changes = {"server web:8000;": f"server 127.0.0.1:{shop.port};", "listen 8080;": f"listen 127.0.0.1:{port};"}
    changes |= {"/tmp/": f"{folder}/", "/dev/stdout": f"{folder}/access.log"}
    configuration = CONFIGURATION
    for theirs, ours in changes.items():
        assert theirs in configuration
        configuration = configuration.replace(theirs, ours)
    with nginx(folder, configuration, port):
        yield SimpleNamespace(port=port)


def test_requests_pass_and_the_shop_sees_one_proxy(proxy):
    answer = Answer(proxy, "GET", "/api/", X_Forwarded_For="9.9.9.9", X_Forwarded_Proto="https")
    assert answer.status == 200
    assert len(answer.headers.get_all("X-Request-ID")) == 1
    assert f"http://127.0.0.1:{proxy.port}/" in answer.content.decode()  # neither another port nor https


def test_slow_senders_wait_at_the_proxy_and_keep_nobody_out(proxy):
    slow = []
    for _ in range(50):
        connection = socket.create_connection(("127.0.0.1", proxy.port), timeout=20)
        connection.sendall(b"POST /api/token/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n")
        connection.sendall(b"Content-Length: 100\r\n\r\n{")
        slow.append(connection)
    for _ in range(5):
        begun = time.monotonic()
        assert Answer(proxy, "GET", "/health/live/").status == 200
        assert time.monotonic() - begun < 1  # the shop itself, with its one thread, would wait for them for five
    with suppress(ConnectionResetError):
        assert slow[0].recv(100) == b""  # given up, without an answer
    for connection in slow:
        connection.close()


def test_a_chunked_body_is_put_together(proxy):
    parts = iter([b'{"username": "a", ', b'"password": "b"}'])
    answer = Answer(proxy, "POST", "/api/token/", parts, chunked=True, Transfer_Encoding="chunked")
    assert (answer.status, answer.json()["code"]) == (401, "authentication_failed")


@pytest.mark.parametrize(
    ("size", "detail"), [(1536 * 1024, "shop"), (3 * 1024 * 1024, "A body may have 1 MiB at most.")]
)
def test_a_large_body_is_413_in_json_whoever_refuses_it(proxy, size, detail):
    answer = Answer(proxy, "POST", "/api/token/", b"x" * size)
    assert (answer.status, answer.json()["code"]) == (413, "payload_too_large"), answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert (answer.json()["detail"] == detail) == (detail != "shop")


def test_an_etag_stays_strong(proxy, shop):
    product = Answer(proxy, "GET", "/api/products/?page_size=1").json()["results"][0]["id"]
    tags = [
        Answer(each, "GET", f"/api/products/{product}/", Accept_Encoding="gzip").headers["ETag"]
        for each in (shop, proxy)
    ]
    assert tags[0] == tags[1]
    assert not tags[0].startswith("W/")


def test_a_shop_that_is_away_is_503_in_json(proxy, shop):
    """The last of this file: nothing is served afterwards."""
    shop.__exit__()
    answer = Answer(proxy, "GET", "/api/products/")
    assert (answer.status, answer.json()["code"], answer.headers["Retry-After"]) == (503, "service_unavailable", "2")
    assert re.fullmatch("[0-9a-f]{32}", answer.json()["request_id"])
    assert answer.headers["X-Request-ID"] == answer.json()["request_id"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert Answer(proxy, "GET", "/health/proxy/").status == 204
