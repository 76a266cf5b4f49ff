"""Writes, and how they are undone: the peer `limit` never changes, so its tables know how everything was."""

import http.client
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

from benchmarks.arms import PASSWORD, USERNAME, Arm
from benchmarks.load import Load
from benchmarks.server import execute

TABLES = ["public.products_product", "textbook.catalogue_product"]
_UNDO = """
    DELETE FROM {table} WHERE created_at > (SELECT max(created_at) FROM limit_.product);
    UPDATE {table} AS changed SET price = was.price, updated_at = was.updated_at
    FROM limit_.product AS was
    WHERE was.id = changed.id AND changed.updated_at > (SELECT max(updated_at) FROM limit_.product);
"""


def send(arm: Arm, method: str, path: str, body: dict[str, Any], headers: dict[str, str]) -> dict[str, Any]:
    """What an arm answers to a write. Raises: RuntimeError when it refuses."""
    connection = http.client.HTTPConnection("127.0.0.1", arm.port, timeout=10)
    try:
        connection.request(method, path, json.dumps(body), headers | {"Content-Type": "application/json"})
        response = connection.getresponse()
        said = response.read()
    finally:
        connection.close()
    if response.status >= http.client.BAD_REQUEST:
        raise RuntimeError(f"{arm.name} answers {response.status} to {method} {path}: {said[:300]!r}")
    answer: dict[str, Any] = json.loads(said)
    return answer


def authorization(arm: Arm) -> dict[str, str]:
    """The header of somebody who may write."""
    tokens = send(arm, "POST", "/api/token/", {"username": USERNAME, "password": PASSWORD}, {})
    return {"Authorization": f"Bearer {tokens['access']}"}


def creating(arm: Arm) -> Load:
    """Products, one after another."""
    body = {"name": "Measured {number}", "description": "For a moment.", "price": "{price}"}
    return _writing(arm, ["/api/products/"], "POST", body | {arm.category_field: "electronics"})


def changing(arm: Arm, product_paths: list[str]) -> Load:
    """Prices of products, in turn."""
    return _writing(arm, product_paths, "PATCH", {"price": "{price}"})


def _writing(arm: Arm, paths: list[str], method: str, body: dict[str, str]) -> Load:
    headers = authorization(arm) | {"Content-Type": "application/json"}
    return Load(paths, method, headers, json.dumps(body, separators=(",", ":")))


@contextmanager
def a_writer_beside(arm: Arm, product_paths: list[str]) -> Iterator[None]:
    """One product's price changes every second for as long as the block takes."""
    ended, headers = threading.Event(), authorization(arm)
    failures: list[Exception] = []

    def write() -> None:
        for number in count():
            try:
                path = product_paths[number % len(product_paths)]
                send(arm, "PATCH", path, {"price": f"{number % 900 + 1}.{number % 90 + 10}"}, headers)
            except Exception as error:  # handed over to the main thread
                failures.append(error)
            if ended.wait(1):
                return

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
    if failures:
        raise RuntimeError(f"{len(failures)} of the writes beside failed, the first with: {failures[0]}")


def undo(url: str) -> None:
    """Put back what writes have changed, an interrupted run's included, and tidy up behind them."""
    for table in TABLES:
        execute(url, _UNDO.format(table=table))
    execute(url, "TRUNCATE public.auditlog_logentry")
    for table in TABLES:
        execute(url, f"VACUUM ANALYZE {table}")
