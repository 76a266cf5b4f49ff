"""`python -m benchmarks.operations [memory start probe telling]`: measure all of it or some, and write the page.

`REQUESTS=100000 ROUNDS=5 SECONDS=5` in the environment are what a whole measurement takes; with less it is a look, and
the page is written beside the data of the benchmarks.
"""

import json
import os
import shutil
import sys
from datetime import UTC, datetime

from benchmarks import catalogue, machine, server
from benchmarks.operations import memory, probe, report, start, telling
from benchmarks.options import DATA, RESULTS, database_url

PRODUCTS = 10_000
REQUESTS, ROUNDS, SECONDS = 100_000, 5, 5
PARTS = ("memory", "start", "probe", "telling")


def main() -> int:
    """0, or 1 when nothing could be measured, and why."""
    if missing := [name for name in ("wrk", "redis-server") if not shutil.which(name)]:
        print(f"Missing: {' '.join(missing)}. On Debian and Ubuntu: apt-get install wrk redis-server")
        return 1
    wanted = sys.argv[1:] or list(PARTS)
    if unknown := [name for name in wanted if name not in PARTS]:
        print(f"There is no part {unknown[0]!r}. There are: {', '.join(PARTS)}.")
        return 1
    requests, rounds, seconds = (
        int(os.environ.get(name) or value)
        for name, value in (("REQUESTS", REQUESTS), ("ROUNDS", ROUNDS), ("SECONDS", SECONDS))
    )
    is_look = requests < REQUESTS or rounds < ROUNDS or seconds < SECONDS
    kept = (DATA if is_look else RESULTS) / "operations.json"
    results = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    with server.running(database_url()) as database:
        shop = catalogue.prepare(database, PRODUCTS)
        measures = {
            "memory": lambda: memory.measure(shop.url, requests),
            "start": lambda: start.measure(shop.url),
            "probe": lambda: probe.measure(shop.url, seconds),
            "telling": lambda: telling.measure(database, shop.url, rounds, seconds),
        }
        for name in wanted:
            results[name] = {"date": f"{datetime.now(UTC):%Y-%m-%d}", "found": measures[name]()}
            results["machine"] = machine.describe(postgresql=database.version())
            kept.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    report.write(results, is_look=is_look)
    return 0


if __name__ == "__main__":
    sys.exit(main())
