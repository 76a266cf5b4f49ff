"""What a flood of logins costs those who browse: `python -m benchmarks.login_flood`.

A gunicorn of its own with two workers, as in production but with the limits on logins off, on the database of the
settings. Somebody reads the list, first alone, then while twenty others log in with wrong passwords, again and again.
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from http.client import HTTPConnection
from statistics import median

from benchmarks.options import ROOT
from benchmarks.programs import free_port

SECONDS = 10
LOGINS = 20
LONGEST_WAIT = 2.0  # of what Retry-After says
LIMITS = ("ANON", "USER", "LOGIN_ADDRESS", "LOGIN_ACCOUNT")


def ask(port: int, method: str, path: str, body: str | None = None) -> tuple[int, float, float]:
    """Status, milliseconds, and the seconds to wait that the answer asks for."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    begun = time.perf_counter()
    connection.request(method, path, body, {"Content-Type": "application/json"} if body else {})
    response = connection.getresponse()
    response.read()
    took = 1000 * (time.perf_counter() - begun)
    connection.close()
    return response.status, took, float(response.headers.get("Retry-After") or 0)


def read_list(port: int) -> list[float]:
    """Milliseconds of each read of the list, one after the other."""
    ends, took = time.monotonic() + SECONDS, []
    while time.monotonic() < ends:
        status, milliseconds, _ = ask(port, "GET", "/api/products/")
        assert status == 200, status  # noqa: PLR2004
        took.append(milliseconds)
    return took


def log_in(port: int, ended: threading.Event, statuses: Counter[int], *, patient: bool) -> None:
    """Try one wrong password after the other until the others are done; `patient`: when the answer says so."""
    body = json.dumps({"username": "nobody", "password": "wrong"})
    while not ended.is_set():
        status, _, wait = ask(port, "POST", "/api/token/", body)
        statuses[status] += 1
        if patient:
            ended.wait(min(wait, LONGEST_WAIT))


def flooded(port: int, *, patient: bool) -> tuple[list[float], Counter[int]]:
    """Milliseconds of reads beside the flood, and what the flood was answered."""
    ended, statuses = threading.Event(), Counter[int]()
    crowd = [
        threading.Thread(target=log_in, args=(port, ended, statuses), kwargs={"patient": patient})
        for _ in range(LOGINS)
    ]
    for each in crowd:
        each.start()
    try:
        return read_list(port), statuses
    finally:
        ended.set()
        for each in crowd:
            each.join()


def main() -> None:
    """Print the medians and their ratio."""
    port = free_port()
    environment = os.environ | {f"THROTTLE_{name}": "" for name in LIMITS} | {"WEB_CONCURRENCY": "2"}
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--access-logfile", os.devnull]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL) as server:
        try:
            time.sleep(5)
            read_list(port)  # warms up
            quiet = median(read_list(port))
            print(f"quiet                          median {quiet:6.1f} ms")
            for name, patient in (("twenty that wait when told to", True), ("twenty that do not wait", False)):
                took, statuses = flooded(port, patient=patient)
                print(f"{name:30} median {median(took):6.1f} ms, {median(took) / quiet:.1f} x quiet, {dict(statuses)}")
        finally:
            server.terminate()


if __name__ == "__main__":
    main()
