"""Whoever is slow, or sends what is no request, keeps nobody else waiting."""

import http.client
import json
import select
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from ecommerce_backend import patience
from tests.processes import Answer


def half_a_request(server, body=b"{"):
    """A connection that has announced a hundred bytes and sent these."""
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=20)
    connection.sendall(b"POST /api/token/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n")
    connection.sendall(b"Content-Length: 100\r\n\r\n" + body)
    return connection


def answer_on(connection):
    response = http.client.HTTPResponse(connection)
    response.begin()
    return response.status, json.loads(response.read())["code"]


def test_slow_senders_do_not_keep_others_out(server):
    slow = [half_a_request(server) for _ in range(20)]  # more than there are threads
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: Answer(server, "GET", "/api/products/").status, range(8)))
    assert answers == [200] * 8
    assert answer_on(slow[0]) == (408, "request_timeout")
    for connection in slow:
        connection.close()


def test_who_does_not_hang_up_keeps_nobody_out(server):
    idle = [socket.create_connection(("127.0.0.1", server.port), timeout=20) for _ in range(20)]
    for connection in idle:
        connection.sendall(b"nonsense\r\n\r\n")
        assert connection.recv(8) == b"HTTP/1.1"  # and now they wait for it to be closed
    begun = time.monotonic()
    assert Answer(server, "GET", "/api/products/").status == 200
    assert time.monotonic() - begun < 5
    for connection in idle:
        connection.close()


def test_who_trickles_is_given_up_and_no_traceback_tells_of_it(server):
    body, head = half_a_request(server), socket.create_connection(("127.0.0.1", server.port), timeout=20)
    head.sendall(b"GET /api/ HTTP/1.1\r\nX: ")
    while not select.select([body], [], [], 1)[0] or not select.select([head], [], [], 1)[0]:
        for connection in (body, head):
            with suppress(OSError):  # it may be closed by now
                connection.sendall(b"x")
    assert (answer_on(body), head.recv(1)) == ((408, "request_timeout"), b"")
    body.close(), head.close()
    assert "Traceback" not in server.output()


@pytest.mark.parametrize(
    ("line", "headers", "expected"),
    [
        ("POST /api/token/", ["Host: 127.0.0.1", "Content-Length: 2000000"], (413, "payload_too_large")),
        ("GET /api/products/", ["Host: 127.0.0.1", "Content-Length: 2000000"], (413, "payload_too_large")),
        ("POST /api/token/", ["Host: evil.example", "Content-Length: 10"], (400, "parse_error")),
    ],
)
def test_a_body_that_is_refused_need_not_come(server, line, headers, expected):
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall("\r\n".join([f"{line} HTTP/1.1", *headers, "", "{}"]).encode())
        assert answer_on(connection) == expected


def test_half_a_body_is_refused_even_when_it_is_valid_json(server):
    connection = half_a_request(server, b'{"username": "a", "password": "b"}')
    connection.shutdown(socket.SHUT_WR)
    assert answer_on(connection) == (400, "parse_error")
    connection.close()


def test_who_says_nothing_keeps_nobody_out(server):
    idle = [socket.create_connection(("127.0.0.1", server.port), timeout=20) for _ in range(60)]
    begun = time.monotonic()
    assert Answer(server, "GET", "/api/products/").status == 200
    assert time.monotonic() - begun < 4  # and not five seconds for each thread
    idle[0].sendall(b"GET /health/live/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    assert idle[0].recv(12) == b"HTTP/1.1 200"  # it may still say something
    for connection in idle:
        connection.close()


def test_who_does_not_read_is_given_up(server):
    deaf = []
    for _ in range(20):  # more than there are threads
        connection = socket.socket()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        connection.connect(("127.0.0.1", server.port))
        connection.sendall(b"GET /openapi.json HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 60)
        deaf.append(connection)
    begun = time.monotonic()
    while time.monotonic() - begun < 8:  # the buffers of the system take some of it first
        assert Answer(server, "GET", "/api/products/").status == 200
    for connection in deaf:
        connection.close()


class Trickling:
    """A connection whose client takes a byte in a second, of a clock that nobody has to wait for."""

    now = 0.0

    def send(self, data):
        self.now += 1
        return 1


def test_who_takes_an_answer_byte_by_byte_is_given_up(monkeypatch):
    connection = Trickling()
    monkeypatch.setattr(patience.time, "monotonic", lambda: connection.now)
    with pytest.raises(ConnectionResetError, match="too slow"):
        patience.PatientSocket(connection).sendall(b"x" * 100)
    assert patience.CLIENT_SECONDS <= connection.now <= patience.CLIENT_SECONDS + 2
