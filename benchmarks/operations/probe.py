"""How long /health/ready/ takes: alone, and beside readers that take all they get."""

import http.client
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from statistics import quantiles
from typing import Any

from benchmarks.arms import Arm, redis
from benchmarks.load import Load, wrk
from benchmarks.operations.serving import READY, gunicorn
from benchmarks.scenarios import PRODUCTS

PROMISED_MS = 5.0
PROBES_A_SECOND = 100


def measure(database_url: str, seconds: int) -> dict[str, Any]:
    """p50 and p99 in ms, and the number of probes: `alone`, and `beside` eight connections that read lists."""
    with ExitStack() as stack:
        environment = {"REDIS_URL": redis("operations", stack), "ANSWER_CACHE_MB": "0"}
        web = stack.enter_context(gunicorn("probe", database_url, environment))
        _probe(web.port, 1)
        alone = _probe(web.port, seconds)
        with ThreadPoolExecutor(1) as pool:
            lists = Load([f"{PRODUCTS}?page={page}" for page in range(1, 30)])
            crowd = pool.submit(wrk, Arm("probe", web), lists, seconds + 2)
            time.sleep(1)
            beside = _probe(web.port, seconds)
            readers = crowd.result()
    print(f"Probe alone {alone}, beside {readers['requests']} reads {beside}", flush=True)
    return {"alone": alone, "beside": beside}


def _probe(port: int, seconds: int) -> dict[str, float]:
    """Each on a connection of its own, as probes come. Raises: RuntimeError when one is not 200."""
    took: list[float] = []
    ends = time.monotonic() + seconds
    while (begun := time.monotonic()) < ends:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("GET", READY)
        response = connection.getresponse()
        response.read()
        took.append(1000 * (time.monotonic() - begun))
        connection.close()
        if response.status != http.HTTPStatus.OK:
            raise RuntimeError(f"{READY} answered {response.status}.")
        time.sleep(1 / PROBES_A_SECOND)
    hundredths = quantiles(took, n=100, method="inclusive")
    return {"p50": round(hundredths[49], 2), "p99": round(hundredths[98], 2), "probes": len(took)}
