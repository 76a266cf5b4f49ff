"""One measurement: wrk with eight connections, or, where a request takes seconds, eight patient threads."""

import json
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from math import ceil
from statistics import mean, quantiles
from typing import Any

from benchmarks.arms import Arm
from benchmarks.options import CONNECTIONS, DATA, HERE
from benchmarks.programs import cpu_seconds, get
from benchmarks.server import EmbeddedServer, ForeignServer

TIMEOUT_SECONDS = 60  # of one request
WARM_UP_SECONDS = (1, 5)  # at least, and at most
LONGEST_SECONDS = 30  # that a measurement is stretched to, for one that is slow
WANTED_REQUESTS = 40
# A request that takes so long alone takes too long for wrk: in 30 seconds there are so few that the eight which are
# unfinished in the end, and which it drops, are a large part of them.
PATIENT_FROM_SECONDS = 0.2
CORES = 2
SETTLE_SECONDS = 30  # at most
SETTLED_SECONDS = 0.2  # with next to nothing computed
VOID = {"requests": 0, "errors": 1, "rps": 0.0, "p50": 0.0, "p99": 0.0}


class BadAnswer(Exception):
    """What is not answered with 200 or 304 is not measured."""


@dataclass(frozen=True)
class Load:
    """What is sent. `body` is wrk's template, see requests.lua."""

    paths: list[str]
    method: str = "GET"
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""


def measure(arm: Arm, load: Load, seconds: int, server: EmbeddedServer | ForeignServer) -> dict[str, Any]:
    """Requests per second, p50 and p99 in ms, errors, and the ms of CPU that a request cost. Bounded in time."""
    load = Load([arm.translate(path) for path in load.paths], load.method, load.headers, load.body)
    try:
        found = _measured(arm, load, seconds, server)
    except BadAnswer as error:
        return VOID | {"why": str(error)}
    finally:
        _settle(arm, server)
    return found | {"rps": round(found["requests"] / found["seconds"], 2)}


def _measured(arm: Arm, load: Load, seconds: int, server: EmbeddedServer | ForeignServer) -> dict[str, Any]:
    alone = _seconds_alone(arm, load) if load.method == "GET" else 0.0
    if alone < PATIENT_FROM_SECONDS:
        seconds = min(LONGEST_SECONDS, max(seconds, round(WANTED_REQUESTS * alone / CORES)))
        if load.method == "GET":
            wrk(arm, load, _warm_up_seconds(len(load.paths), alone))
            _settle(arm, server)
        with _cpu_of(arm, server) as used:
            found = wrk(arm, load, seconds)
    else:
        with _cpu_of(arm, server) as used:
            found = _patiently(arm, load, LONGEST_SECONDS)
    each = max(1, found["requests"])
    cpu = {f"{name}_cpu_ms": None if value is None else round(1000 * value / each, 3) for name, value in used.items()}
    return found | cpu


def _warm_up_seconds(paths: int, alone: float) -> int:
    """Long enough that everything has been asked for: what keeps answers is measured when it has them."""
    least, most = WARM_UP_SECONDS
    return min(most, max(least, ceil(paths * alone)))


def _settle(arm: Arm, server: EmbeddedServer | ForeignServer) -> None:
    """Wait until what wrk asked and did not wait for has been worked off: it would slow down the next measurement."""
    for _ in range(round(SETTLE_SECONDS / SETTLED_SECONDS)):
        with _cpu_of(arm, server) as used:
            time.sleep(SETTLED_SECONDS)
        if sum(filter(None, used.values())) < SETTLED_SECONDS / 5:
            return


def _seconds_alone(arm: Arm, load: Load) -> float:
    """What one request takes when there is no other: the mean of up to five. Raises: BadAnswer."""
    took = []
    for path in load.paths[:: max(1, len(load.paths) // 5)][:5]:
        begun = time.monotonic()
        try:
            status, _, _ = get(arm.port, path, seconds=TIMEOUT_SECONDS, headers=load.headers)
        except TimeoutError:
            return float(TIMEOUT_SECONDS)
        if status not in (200, 304):
            raise BadAnswer(f"{arm.name} answers {status} to {path}")
        took.append(time.monotonic() - begun)
        if sum(took) > TIMEOUT_SECONDS:
            break
    return mean(took)


@contextmanager
def _cpu_of(arm: Arm, server: EmbeddedServer | ForeignServer) -> Iterator[dict[str, float | None]]:
    """Seconds of CPU that the arm and the database use within the block."""
    used: dict[str, float | None] = {}
    app, database = cpu_seconds(arm.program.process), server.cpu_seconds()
    yield used
    after = server.cpu_seconds()
    used["app"] = cpu_seconds(arm.program.process) - app
    used["database"] = None if after is None or database is None else after - database


def wrk(arm: Arm, load: Load, seconds: int) -> dict[str, Any]:
    """Requests, seconds, errors, p50 and p99 in ms, of eight connections that ask as fast as they are answered."""
    paths = DATA / "paths.txt"
    paths.write_text("".join(f"{path}\n" for path in load.paths), encoding="utf-8")
    command = ["wrk", "-t2", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", f"{TIMEOUT_SECONDS}s"]
    command += ["-s", str(HERE / "requests.lua")]
    for name, value in load.headers.items():
        command += ["-H", f"{name}: {value}"]
    command += [f"http://127.0.0.1:{arm.port}", "--", str(paths), load.method, *([load.body] if load.body else [])]
    limit = seconds + TIMEOUT_SECONDS + 10
    try:
        said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=limit).stdout
    except subprocess.TimeoutExpired:
        raise BadAnswer(f"{arm.name}: wrk did not come to an end") from None
    found: dict[str, Any] = json.loads(said.partition("RESULT ")[2])
    return found | {"how": "wrk"}


def _patiently(arm: Arm, load: Load, seconds: int) -> dict[str, Any]:
    """As wrk does, but what has been asked within `seconds` is waited for. No answer in a minute is an error."""
    begun = time.monotonic()
    numbers, took, errors = count(), list[float](), list[str]()

    def ask(_: int) -> None:
        while time.monotonic() - begun < seconds:
            asked = time.monotonic()
            try:
                get(arm.port, load.paths[next(numbers) % len(load.paths)], seconds=TIMEOUT_SECONDS)
            except OSError as error:
                errors.append(type(error).__name__)
            else:
                took.append(1000 * (time.monotonic() - asked))

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        list(pool.map(ask, range(CONNECTIONS)))
    hundredths = quantiles(took, n=100, method="inclusive") if len(took) > 1 else (took or [0.0]) * 99
    found = {"requests": len(took), "seconds": time.monotonic() - begun, "errors": len(errors), "how": "patient"}
    return found | {"p50": round(hundredths[49], 3), "p99": round(hundredths[98], 3)}
