"""Break one part after the other under load: `python -m chaos [FAULT …]`. Exits with 1 when a promise is broken."""

import argparse
import secrets
import shutil
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from benchmarks.server import execute
from chaos.database import Database
from chaos.disk import Disk
from chaos.faults import NEED_A_DISK, Fault, all_faults
from chaos.load import PREFIX, Load
from chaos.parts import Redis, Web
from chaos.report import Trial, is_good, table
from ecommerce_backend.embedded_postgres.client import DATABASE

QUIET_SECONDS = 1.5  # that have to be without a bad answer before a fault is over
WATCH_SECONDS = 10.0  # that this is waited for at most


def main() -> int:
    """0 when every promise holds."""
    folder = Path(tempfile.gettempdir()) / f"chaos-{secrets.token_hex(4)}"
    database = Database(folder)
    disk = Disk(database.server.root)
    cache = Redis(folder)
    web = Web(folder, database, cache)
    faults = {fault.name: fault for fault in all_faults(database, disk, cache, web)}
    parser = argparse.ArgumentParser(prog="python -m chaos", description=__doc__)
    parser.add_argument(
        "faults", nargs="*", metavar="FAULT", help=f"any of {', '.join(faults)}; all when none is named"
    )
    chosen = parser.parse_args().faults or list(faults)
    if unknown := [name for name in chosen if name not in faults]:
        parser.error(f"There is no fault {unknown[0]!r}. There are: {', '.join(faults)}.")
    if shutil.which("redis-server") is None:
        parser.error("redis-server is missing. On Debian: apt-get install redis-server.")
    folder.mkdir(mode=0o711)
    with ExitStack() as stack:
        stack.callback(disk.unmount)
        if any(name in NEED_A_DISK for name in chosen) and not disk.mount():
            print(f"Left out, because no file system can be mounted here: {', '.join(NEED_A_DISK)}.")
            chosen = [name for name in chosen if name not in NEED_A_DISK]
        if not chosen:
            shutil.rmtree(folder)
            return 0
        for part in (database, cache, web):
            stack.callback(part.stop)
        database.start()
        cache.start()
        web.prepare()
        web.start()
        breaches = run([faults[name] for name in chosen], Load(web.port), database)
        if breaches:
            print("\nBroken promises:\n" + "\n".join(breaches) + f"\nLogs and database are kept in {folder}.")
            if disk.is_mounted:
                print(f"Once you have seen them: umount {disk.folder}")
                disk.keep()
            return 1
    shutil.rmtree(folder)
    print("Every promise holds.")
    return 0


def run(faults: list[Fault], load: Load, database: Database) -> list[str]:
    """Try each fault, print the table, and return what does not hold."""
    load.start()
    trials = [tried(fault, load) for fault in faults]
    load.stop()
    ledger = load.ledger
    every = f"SELECT id::text, name, price::text FROM products_product WHERE name LIKE '{PREFIX} %'"
    rows = execute(database.url(DATABASE), every)
    print(table(trials))
    print(
        f"\nLedger: {len(ledger.entries)} products, {ledger.answered} writes with a final answer and "
        f"{ledger.lost} attempts without, {len(ledger.refused)} creations to be refused; "
        f"{len(rows)} products are in the database."
    )
    return [*(breach for trial in trials for breach in trial.breaches()), *ledger.check(rows)]


def tried(fault: Fault, load: Load) -> Trial:
    """The fault, once it is over."""
    print(f"{fault.title} …", file=sys.stderr, flush=True)
    load.fault = fault.name
    begun, first = time.monotonic(), len(load.requests)
    time.sleep(QUIET_SECONDS / 2)
    broken = time.monotonic()
    fault.act()
    back = time.monotonic()
    while (now := time.monotonic()) < back + WATCH_SECONDS:
        bad = [each.ended for each in load.requests[first:] if not is_good(each)]
        if now - max([back, *bad]) > QUIET_SECONDS:
            break
        time.sleep(0.1)
    ended = time.monotonic()
    return Trial(fault, begun, broken, back, ended, load.requests[first:])


if __name__ == "__main__":
    sys.exit(main())
