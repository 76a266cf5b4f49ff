"""What the workers keep: their memory while they answer a hundred thousand requests of every kind."""

from contextlib import closing
from typing import Any

import psutil

from benchmarks import writes
from benchmarks.arms import PASSWORD, USERNAME
from benchmarks.operations.serving import gunicorn
from benchmarks.operations.traffic import Traffic

SAMPLES = 100
PROMISED_MB = 150


def megabytes(worker: psutil.Process) -> tuple[float, float]:
    """Resident memory, and what is the worker's alone and would be free if it ended."""
    held = worker.memory_full_info()
    return round(held.rss / 2**20, 2), round(held.uss / 2**20, 2)


def measure(database_url: str, requests: int) -> dict[str, Any]:
    """`samples`: requests so far, and for each worker its MB. Limits are on; each request is from another address."""
    # What counts one account, and not one address, would stop the few who write here.
    environment = {"THROTTLE_ANON": "300/min", "THROTTLE_LOGIN_ADDRESS": "20/min", "THROTTLE_LOGIN_ACCOUNT": "5/min"}
    environment |= {"TRUSTED_PROXIES": "1", "METRICS_TOKEN": "of the benchmark"}
    with gunicorn("memory", database_url, environment) as server:
        workers = server.process.children()
        samples = [(0, [megabytes(worker) for worker in workers])]
        with closing(Traffic(server.port, USERNAME, PASSWORD)) as traffic:
            for _ in range(SAMPLES):
                traffic.send(requests // SAMPLES)
                samples.append((sum(traffic.sent.values()), [megabytes(worker) for worker in workers]))
                print(f"{samples[-1][0]:,} requests: {samples[-1][1]} MB", flush=True)
        if workers != server.process.children():
            raise RuntimeError(f"A worker was replaced meanwhile; see {server.log}.")
    writes.undo(database_url)
    return {"samples": samples, "kinds": dict(traffic.sent)}
