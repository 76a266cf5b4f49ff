"""What a real server with two workers tells of its requests: lines of log, numbers, readiness."""

import http.client
import json
import os
import re
import secrets
import signal
import socket
import time

from tests.processes import Answer, Checkout, free_port
from tests.telemetry.conftest import metrics


def lines_of(server, request_id):
    """The lines of JSON about one request, once the last one is there."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        mine = [line for line in server.output().splitlines() if f'"{request_id}"' in line]
        found = [json.loads(line) for line in mine if line[0] == "{"]
        if any(line["event"] == "request" for line in found):
            return found
        time.sleep(0.05)
    raise AssertionError(f"{server.output()[-2000:]}")


def one_line(server, method, path, **headers):
    answer = Answer(server, method, path, **headers)
    return next(line for line in lines_of(server, answer.headers["X-Request-ID"]) if line["event"] == "request")


def test_a_request_is_one_line_with_all_that_has_to_be_known(server):
    line = one_line(server, "GET", "/api/products/?search=a+secret+wish&page_size=1")
    assert {name: line[name] for name in ("method", "path", "route", "status", "level", "user_id", "address")} == {
        **{"method": "GET", "path": "/api/products/", "route": "product-list", "status": 200, "level": "info"},
        **{"user_id": None, "address": "127.0.0.1"},
    }
    assert line["queries"] > 1
    assert line["duration_ms"] > 0
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["timestamp"])
    assert "secret" not in server.output()


def test_an_answer_from_memory_and_a_refusal_have_their_lines_too(server):
    path = "/api/products/facets/?category=lighting"
    queries = [one_line(server, "GET", path)["queries"] for _ in range(12)]
    assert min(queries) <= 2 < queries[0]  # each worker has a memory of its own, and one may come first at the end
    assert one_line(server, "GET", path)["route"] == "product-facets"
    assert one_line(server, "GET", "/api/nope/")["status"] == 404
    assert one_line(server, "GET", "/api/products/", Host="elsewhere.example")["status"] == 400


def test_the_account_is_in_the_line_and_its_name_is_not(server):
    password = json.loads((server.path / ".postgres" / "demo-accounts.json").read_text())["customer"]
    body = json.dumps({"username": "customer", "password": password}).encode()
    token = Answer(server, "POST", "/api/token/", body).json()["access"]
    line = one_line(server, "GET", "/api/users/me/", Authorization=f"Bearer {token}")
    assert (line["route"], "customer" in json.dumps(line)) == ("me", False)
    assert line["user_id"] == Answer(server, "GET", "/api/users/me/", Authorization=f"Bearer {token}").json()["id"]
    assert token not in server.output()


def test_a_slow_query_is_logged_without_what_was_asked_for(server):
    slow = []
    for number in range(100):  # one millisecond is the limit here; how many reach it, the machine decides
        answer = Answer(server, "GET", f"/api/products/?search=whateverthatis{number}")
        slow += [line for line in lines_of(server, answer.headers["X-Request-ID"]) if line["event"] == "slow_query"]
        if slow:
            break
    assert slow
    for line in slow:
        assert (line["level"], line["duration_ms"] >= 1, "whateverthatis" in line["sql"]) == ("warning", True, False)
    assert metrics(server)["db_slow_queries_total"] >= len(slow)


def test_a_process_that_is_to_end_is_not_ready(tmp_path):
    with Checkout(tmp_path) as checkout:
        production = {"SECRET_KEY": secrets.token_urlsafe(64), "ALLOWED_HOSTS": "127.0.0.1", "WEB_CONCURRENCY": "1"}
        checkout.run_server(".venv/bin/gunicorn", port=free_port(), **production)
        probe = http.client.HTTPConnection("127.0.0.1", checkout.port, timeout=20)
        deadline = time.monotonic() + 60
        while (answer := ready(probe))[0] != 200 and time.monotonic() < deadline:
            time.sleep(0.05)  # its database is being made
        assert answer == (200, {"status": "ok", "cache": "off", "replicas": {}})
        slow = socket.create_connection(("127.0.0.1", checkout.port), timeout=20)
        slow.sendall(b"POST /api/token/ HTTP/1.1\r\nHost: 127.0.0.1\r\n")  # keeps the worker from ending at once
        os.kill(checkout.pid, signal.SIGTERM)
        while (answer := ready(probe))[0] == 200:
            time.sleep(0.05)
        assert (answer[0], answer[1]["detail"]) == (503, "This process is about to end.")
        slow.close()
        probe.close()


def test_the_line_of_the_last_request_is_there_when_the_server_has_ended(tmp_path):
    with Checkout(tmp_path) as checkout:
        production = {"SECRET_KEY": secrets.token_urlsafe(64), "ALLOWED_HOSTS": "127.0.0.1", "WEB_CONCURRENCY": "1"}
        checkout.run_server(".venv/bin/gunicorn", port=free_port(), **production)
        answers = [Answer(checkout, "GET", "/health/live/") for _ in range(5)]
        checkout._server.terminate()
        assert checkout._server.wait(timeout=25) == 0
        lines = [line for line in checkout.output().splitlines() if '"event": "request"' in line]
    logged = [json.loads(line)["request_id"] for line in lines]
    # Each of its threads writes when it is done, which may be after the next one.
    assert sorted(logged[-5:]) == sorted(answer.headers["X-Request-ID"] for answer in answers)


def ready(connection):
    connection.request("GET", "/health/ready/")
    answer = connection.getresponse()
    return answer.status, json.loads(answer.read())
