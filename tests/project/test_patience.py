"""How long a request waits for a database that has been silent: a real one, over a line that is slow to begin."""

import select
import socket
import threading
import time
from contextlib import closing, suppress

import psycopg2
import pytest
from django.db import connection
from psycopg2 import extensions

from ecommerce_backend import breaker, patience

pytestmark = pytest.mark.django_db

CONNECTING_SECONDS = 0.8  # more than requests wait after silence


class SlowLine(threading.Thread):
    """Leads to the server of the tests; whoever connects waits."""

    def __init__(self):
        super().__init__(daemon=True)
        self.params = connection.get_connection_params()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = dict(zip(("host", "port"), self.listener.getsockname(), strict=True))

    def run(self):
        with suppress(OSError):  # when the test is over
            while True:
                client, _ = self.listener.accept()
                threading.Thread(target=self.lead, args=[client], daemon=True).start()

    def lead(self, client):
        time.sleep(CONNECTING_SECONDS)
        host, port = self.params["host"], int(self.params["port"])
        is_socket = host.startswith("/")
        with client, socket.socket(socket.AF_UNIX if is_socket else socket.AF_INET) as server:
            server.connect(f"{host}/.s.PGSQL.{port}" if is_socket else (host, port))
            ways = {client: server, server: client}
            with suppress(OSError):  # it was given up
                while True:
                    for source in select.select(list(ways), [], [])[0]:
                        data = source.recv(64 * 1024)
                        if not data:
                            return
                        ways[source].sendall(data)

    def seconds_to_connect(self):
        """What a request waits until it has a connection. Raises: DatabaseIsSilentError."""
        patience.begin_request()
        begun = time.monotonic()
        names = {name: self.params[name] for name in ("dbname", "user", "password") if name in self.params}
        with closing(psycopg2.connect(**names, **self.address)):
            return time.monotonic() - begun


@pytest.fixture
def line(monkeypatch):
    monkeypatch.setattr(patience, "_silence", breaker.CircuitBreaker())
    line = SlowLine()
    line.start()
    patience.limit_waiting()
    yield line
    extensions.set_wait_callback(None)
    patience._patience.left = float("inf")
    line.listener.close()


def test_after_silence_one_request_at_a_time_waits_until_it_is_connected(line, monkeypatch):
    monkeypatch.setattr(breaker, "OPEN_SECONDS", 0.2)
    assert line.seconds_to_connect() >= CONNECTING_SECONDS
    patience._silence.open()
    with pytest.raises(patience.DatabaseIsSilentError):
        line.seconds_to_connect()
    time.sleep(0.2)
    assert line.seconds_to_connect() >= CONNECTING_SECONDS
    assert line.seconds_to_connect() >= CONNECTING_SECONDS  # all are patient again


def test_silence_is_what_a_request_has_waited_for_in_vain(line, monkeypatch):
    monkeypatch.setattr(patience, "SILENCE_SECONDS", 0.1)
    with pytest.raises(patience.DatabaseIsSilentError):
        line.seconds_to_connect()
    assert patience._silence.is_open
    with patience.wait_for_another(0.2), pytest.raises(patience.DatabaseIsSilentError):
        line.seconds_to_connect()
