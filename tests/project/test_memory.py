"""What a worker keeps of the requests that it has answered. `make bench-operations` measures a hundred thousand."""

import json
from contextlib import closing

import psutil
import pytest

from benchmarks.operations.memory import PROMISED_MB, megabytes
from benchmarks.operations.traffic import Traffic
from tests.processes import Answer, Checkout, free_port

FILLED, ANSWERED = 2_000, 6_000
GROWTH_MB = 12  # measured: 6, caches that fill and the allocator's share; 3 KB kept of each request would be more
HASHED_MB = 19  # that Argon2 takes, with Django's parameters


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server of one worker."""
    with Checkout(tmp_path_factory.mktemp("memory")) as checkout:
        limits = {"THROTTLE_USER": "", "THROTTLE_REFRESH": ""}  # a handful of accounts is all there is
        checkout.run_server("make run", port=free_port(), WEB_CONCURRENCY="1", TRUSTED_PROXIES="1", **limits)
        yield checkout


@pytest.fixture
def worker(server):
    """The worker, which is still there afterwards."""
    make = psutil.Process(server.pid)
    [_, process] = make.children(recursive=True)  # gunicorn, and what it has started
    yield process
    assert process in make.children(recursive=True)


def test_a_worker_does_not_keep_what_a_password_takes_to_be_hashed(server, worker):
    def log_in(number):
        account = json.dumps({"username": f"nobody{number}", "password": "wrong"})
        return Answer(server, "POST", "/api/token/", account, X_Forwarded_For=f"192.0.2.{number}").status

    assert log_in(0) == 401
    _, before = megabytes(worker)
    assert [log_in(number) for number in range(1, 4)] == [401] * 3
    _, after = megabytes(worker)
    assert after - before < HASHED_MB / 2, (before, after)


def test_a_worker_does_not_grow_with_what_it_is_asked(server, worker):
    password = json.loads((server.path / ".postgres" / "demo-accounts.json").read_text())["editor"]
    with closing(Traffic(server.port, "editor", password)) as traffic:
        traffic.send(FILLED)
        _, before = megabytes(worker)
        traffic.send(ANSWERED - FILLED)
        resident, after = megabytes(worker)
    assert sum(traffic.sent.values()) == ANSWERED
    assert (after - before < GROWTH_MB, resident < PROMISED_MB) == (True, True), (before, after, resident)
