"""What a worker keeps of the requests that it has answered. `make bench-operations` measures a hundred thousand."""

import json
from contextlib import closing

import psutil

from benchmarks.operations.memory import PROMISED_MB, megabytes
from benchmarks.operations.traffic import Traffic
from tests.processes import Checkout, free_port

FILLED, ANSWERED = 2_000, 6_000
GROWTH_MB = 12  # measured: 6, caches that fill and the allocator's share; 3 KB kept of each request would be more


def test_a_worker_does_not_grow_with_what_it_is_asked(tmp_path):
    with Checkout(tmp_path) as checkout:
        limits = {"THROTTLE_USER": "", "THROTTLE_REFRESH": ""}  # a handful of accounts is all there is
        checkout.run_server("make run", port=free_port(), WEB_CONCURRENCY="1", TRUSTED_PROXIES="1", **limits)
        make = psutil.Process(checkout.pid)
        [_, worker] = make.children(recursive=True)  # gunicorn, and what it has started
        password = json.loads((checkout.path / ".postgres" / "demo-accounts.json").read_text())["editor"]
        with closing(Traffic(checkout.port, "editor", password)) as traffic:
            traffic.send(FILLED)
            _, before = megabytes(worker)
            traffic.send(ANSWERED - FILLED)
            resident, after = megabytes(worker)
        assert worker in make.children(recursive=True)
    assert sum(traffic.sent.values()) == ANSWERED
    assert (after - before < GROWTH_MB, resident < PROMISED_MB) == (True, True), (before, after, resident)
