"""What is broken, for how long, and how it comes back."""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

import psycopg2

from benchmarks.programs import wait_until
from benchmarks.server import execute
from chaos.database import Database
from chaos.disk import Disk
from chaos.parts import Redis, Web
from ecommerce_backend.embedded_postgres.client import DATABASE

NEED_A_DISK = ("disk-full", "disk-full-log")


@dataclass(frozen=True)
class Fault:
    """`act` breaks a part and returns when it is back. `loses` says which connections may end without an answer."""

    name: str
    title: str
    act: Callable[[], None]
    loses: Literal["nothing", "what is being served", "what comes meanwhile"] = "nothing"


def all_faults(database: Database, disk: Disk, cache: Redis, web: Web) -> list[Fault]:
    """Every fault, in the order in which they are tried."""

    def away(part: Database | Redis, seconds: float, leave: Callable[[], None]) -> Callable[[], None]:
        def act() -> None:
            leave()
            time.sleep(seconds)
            part.start()

        return act

    def database_frozen() -> None:
        database.freeze()
        time.sleep(9)  # longer than any request waits
        database.thaw()

    def database_read_only() -> None:
        database.refuse_writes(True)
        time.sleep(4)
        database.refuse_writes(False)

    def disk_full() -> None:
        # A new segment of the log has room for all that is written meanwhile; what finds none is data.
        execute(database.url(DATABASE), "SELECT pg_switch_wal()")
        fill_for(6)

    def disk_full_log() -> None:
        disk.fill()
        with suppress(psycopg2.OperationalError):  # PostgreSQL ends over it: the next segment cannot be made
            execute(database.url(DATABASE), "SELECT pg_switch_wal()")
            execute(database.url(DATABASE), "CREATE TABLE chaos_log AS SELECT 1; DROP TABLE chaos_log")
        fill_for(4)

    def fill_for(seconds: float) -> None:
        """With whatever PostgreSQL gives back meanwhile; and start it again if it has ended, as its manager does."""
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            disk.fill()
            time.sleep(0.1)
        disk.free()
        database.start()

    def redis_frozen() -> None:
        cache.process.suspend()
        time.sleep(4)
        cache.process.resume()

    def worker_killed() -> None:
        web.kill_worker()
        time.sleep(0.2)  # the server has to notice
        wait_until(web.is_complete, "gunicorn has all its workers")

    def server_replaced() -> None:
        web.stop()
        web.start()

    return [
        Fault("postgres-killed", "PostgreSQL killed, started again 3 s later", away(database, 3, database.kill)),
        Fault("postgres-frozen", "PostgreSQL frozen for 9 s", database_frozen),
        Fault("postgres-restarted", "PostgreSQL restarted in order", away(database, 0, database.stop)),
        Fault("postgres-read-only", "PostgreSQL refuses writes for 4 s", database_read_only),
        Fault("disk-full", "The database's disk full for 6 s", disk_full),
        Fault("disk-full-log", "The disk full, and no room for PostgreSQL's log", disk_full_log),
        Fault("redis-killed", "Redis killed, started again 3 s later", away(cache, 3, cache.kill)),
        Fault("redis-frozen", "Redis frozen for 4 s", redis_frozen),
        Fault("redis-emptied", "Redis restarted, and empty", away(cache, 0, cache.stop)),
        Fault("worker-killed", "One of two workers killed", worker_killed, "what is being served"),
        Fault(
            "server-replaced",
            "SIGTERM, and a new server when the old has ended",
            server_replaced,
            "what comes meanwhile",
        ),
    ]
