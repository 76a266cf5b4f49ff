"""How gunicorn serves the project, in development and in production. Source: https://docs.gunicorn.org settings."""

import contextlib
import ctypes
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from ecommerce_backend.environment import read_int

wsgi_app = "ecommerce_backend.wsgi:application"
bind = f"0.0.0.0:{read_int('PORT', default=8000, minimum=1, maximum=65_535)}"

# Threads wait together, for the database and for slow clients; each keeps one connection, so workers x threads is what
# the database sees. The arithmetic, for each plan of a platform, is in docs/deployment.md.
WORKER_MEGABYTES = 150
memory = read_int("WEB_MEMORY", default=512, minimum=128)
connections = read_int("WEB_CONNECTIONS", default=16, minimum=1)
worker_class = "ecommerce_backend.worker.Worker"  # gunicorn's gthread, with less patience
# One share of the memory stays free: for the process that starts the workers, and for passwords being hashed.
workers = read_int("WEB_CONCURRENCY", default=min(max(1, memory // WORKER_MEGABYTES - 1), connections), minimum=1)
threads = read_int("WEB_THREADS", default=min(8, max(1, connections // workers)), minimum=1)

# A router closes idle connections after 60 to 90 seconds; closing first would lose the request that it just sent.
keepalive = 95
# A stopped process ends its requests first, within the 30 seconds that platforms give it.
graceful_timeout = 20
timeout = 30

# A hundred ids in one query are longer than gunicorn's default; this is the most that it can be told.
limit_request_line = 8190

# What a proxy says of scheme and path is for Django to judge, by TRUSTED_PROXIES. gunicorn would believe whoever calls
# from this machine.
forwarded_allow_ips = ""
forwarder_headers = ""

# Heartbeats go to memory: on a disk that is busy, workers would be taken for dead.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
# One way in is enough: no socket for remote control.
control_socket_disable = True

# Python's own loop around sendfile waits for a slow client for ever.
sendfile = False

accesslog = "-"
logger_class = "ecommerce_backend.telemetry.access.AccessLogger"

# The numbers of all workers are added up in files, which end with this server unless somebody has chosen their folder.
# Its name says whose it is: after SIGHUP this file is read again, and the variable is there by then.
own_folder = f"metrics-{os.getpid()}-"
if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix=own_folder, dir=worker_tmp_dir)
metrics_folder = os.environ["PROMETHEUS_MULTIPROC_DIR"]


def on_starting(server: Any) -> None:
    """Blocks of a megabyte and more go back to the system when they are freed.

    glibc takes blocks that have once been freed for usual, and keeps the 19 MB in which the first password was hashed.
    """
    m_mmap_threshold = -3  # of malloc.h; other systems have no mallopt, and no such habit
    with contextlib.suppress(AttributeError):
        ctypes.CDLL(None).mallopt(m_mmap_threshold, 1024 * 1024)


def child_exit(server: Any, worker: Any) -> None:
    """A worker has ended. What it did still counts."""
    from prometheus_client import multiprocess  # which looks for the folder when it is imported

    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def on_exit(server: Any) -> None:
    """The server has ended."""
    if Path(metrics_folder).name.startswith(own_folder):
        shutil.rmtree(metrics_folder, ignore_errors=True)
