"""A server that is told to end ends in good order."""

import os
import secrets
import signal
import socket
import time
from pathlib import Path

import psutil
import pytest

from tests.processes import Answer, Checkout, free_port


def test_a_terminated_server_ends_the_requests_that_it_has(tmp_path):
    with Checkout(tmp_path) as checkout:
        production = {"SECRET_KEY": secrets.token_urlsafe(64), "ALLOWED_HOSTS": "127.0.0.1", "WEB_CONCURRENCY": "1"}
        checkout.run_server(".venv/bin/gunicorn", port=free_port(), **production)
        slow = socket.create_connection(("127.0.0.1", checkout.port), timeout=20)
        body = b'{"username": "nobody", "password": "wrong"}'
        slow.sendall(b"POST /api/token/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n")
        slow.sendall(f"Content-Length: {len(body)}\r\n\r\n".encode() + body[:10])
        assert Answer(checkout, "GET", "/health/live/").status == 200  # the other request is in by now
        assert checkout._server is not None
        checkout._server.terminate()
        slow.sendall(body[10:])
        assert slow.recv(100).startswith(b"HTTP/1.1 ")
        assert checkout._server.wait(timeout=25) == 0
        slow.close()


@pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="the folder is elsewhere")
def test_after_a_reload_the_folder_of_the_numbers_still_ends_with_the_server(tmp_path):
    with Checkout(tmp_path) as checkout:
        production = {"SECRET_KEY": secrets.token_urlsafe(64), "ALLOWED_HOSTS": "127.0.0.1", "WEB_CONCURRENCY": "1"}
        checkout.run_server(".venv/bin/gunicorn", port=free_port(), **production)
        [before] = psutil.Process(checkout.pid).children()
        [folder] = Path("/dev/shm").glob(f"metrics-{checkout.pid}-*")
        os.kill(checkout.pid, signal.SIGHUP)
        before.wait(timeout=20)
        assert Answer(checkout, "GET", "/health/live/").status == 200
        assert folder.is_dir()
        assert checkout._server is not None
        checkout._server.terminate()
        checkout._server.wait(timeout=25)
        assert not folder.exists()


def test_a_terminated_server_serves_who_was_at_the_door(tmp_path):
    with Checkout(tmp_path) as checkout:
        production = {"SECRET_KEY": secrets.token_urlsafe(64), "ALLOWED_HOSTS": "127.0.0.1", "WEB_CONCURRENCY": "1"}
        checkout.run_server(".venv/bin/gunicorn", port=free_port(), **production)
        [worker] = psutil.Process(checkout.pid).children()
        worker.suspend()  # so that all of them wait to be let in
        waiting = [socket.create_connection(("127.0.0.1", checkout.port), timeout=20) for _ in range(6)]
        for connection in waiting:
            connection.sendall(b"GET /health/live/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        os.kill(checkout.pid, signal.SIGTERM)
        time.sleep(0.5)  # the worker has been told, and has not heard it yet
        worker.resume()
        assert [connection.recv(100)[:12] for connection in waiting] == [b"HTTP/1.1 200"] * 6
        for connection in waiting:
            connection.close()
