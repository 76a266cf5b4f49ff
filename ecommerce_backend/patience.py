"""How long a web worker waits: for the rest of a request, and for a database that does not say a word.

PostgreSQL's own time-outs end what is slow. They end nothing when the server itself hangs, or the network to it does.
"""

import errno
import select
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from math import isfinite
from typing import Any

import psycopg2
from psycopg2 import extensions

from ecommerce_backend.breaker import CircuitBreaker

# --- Clients ----------------------------------------------------------------------------------------------------------

CLIENT_SECONDS = 5  # that a client may be silent, and that it may take for nothing
CLIENT_BYTES_PER_SECOND = 64 * 1024  # for each of these it may take a second more
CLIENT_SECONDS_AT_MOST = 20  # a stopping server waits for so long
PARTING_SECONDS = 1.0  # for the answer to arrive, once there is no more to be said


class PatientSocket:
    """A client's socket. What counts is the time spent waiting for one request, and for its answer to be taken.

    The socket has time-outs for receiving and sending of its own; see the worker.
    """

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self.begin()

    def begin(self) -> None:
        """A new request: the time starts anew."""
        self._receiving, self._received = 0.0, 0
        self._sending, self._sent = 0.0, 0

    def recv(self, size: int) -> bytes:
        """Up to `size` bytes. Raises: ConnectionResetError, which gunicorn passes over, when they come too slowly."""
        begun = time.monotonic()
        with _patient(self._receiving, self._received):
            data: bytes = self._connection.recv(size)
        self._receiving += time.monotonic() - begun
        self._received += len(data)
        return data

    def sendall(self, data: bytes) -> None:
        """All of `data`. Raises: ConnectionResetError, which gunicorn passes over, when it is taken too slowly."""
        left = memoryview(data)
        while left:
            begun = time.monotonic()
            with _patient(self._sending, self._sent):
                count = self._connection.send(left)
            self._sending += time.monotonic() - begun
            self._sent += count
            left = left[count:]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


@contextmanager
def _patient(waited: float, count: int) -> Iterator[None]:
    patience = CLIENT_SECONDS + count / CLIENT_BYTES_PER_SECOND
    try:
        if waited > min(patience, CLIENT_SECONDS_AT_MOST):
            raise BlockingIOError
        yield
    except BlockingIOError:
        raise ConnectionResetError(errno.ECONNRESET, "The client is too slow.") from None


def part(connection: socket.socket) -> None:
    """Let the client read its answer and hang up, for a moment; then a close does not have to wait for it.

    gunicorn waits two seconds for each who does not hang up, in the thread that accepts all connections of a worker.
    """
    deadline = time.monotonic() + PARTING_SECONDS
    with suppress(OSError):
        connection.shutdown(socket.SHUT_WR)
        while (left := deadline - time.monotonic()) > 0:
            connection.settimeout(left)
            if not connection.recv(64 * 1024):
                break
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RD)


# --- The database -----------------------------------------------------------------------------------------------------

REQUEST_SECONDS = 5.2  # of waiting for it in one request; its own limit for a statement is shorter
SILENCE_SECONDS = 3.0  # without a word are silence, also of one that is being connected to
# After silence the next requests wait for this long in all, until one is answered: they queue for the same threads. One
# of them at a time is as patient as ever, since a connection to the next host, or over a long way, takes longer.
SECONDS_AFTER_SILENCE = 0.5


class DatabaseIsSilentError(psycopg2.OperationalError):
    """The database did not answer in time; psycopg2 has closed the connection."""


class _Patience(threading.local):
    left = float("inf")  # outside a request
    is_for_another = False  # than the database whose silence counts for all


_patience = _Patience()
_silence = CircuitBreaker()  # one per process, as the database is


def limit_waiting() -> None:
    """From now on no request waits for the database beyond its patience.

    For a web worker: `COPY` does not work with it. Cost: 0.0015 ms a query over a Unix socket, on 0.012.
    Source: https://www.psycopg.org/docs/advanced.html#support-for-coroutine-libraries
    """
    extensions.set_wait_callback(_wait)


def begin_request() -> None:
    """The patience of the current thread starts anew."""
    _patience.left = REQUEST_SECONDS


@contextmanager
def wait_for_another(seconds: float) -> Iterator[None]:
    """In here a request waits for `seconds` in all, for a database that can be done without.

    Its silence makes nobody impatient with the other one, and what it took is taken from what is left for that.
    """
    before, allowed = _patience.left, min(seconds, _patience.left)
    _patience.left, _patience.is_for_another = allowed, True
    try:
        yield
    finally:
        _patience.left, _patience.is_for_another = before - (allowed - _patience.left), False


def _wait(connection: Any) -> None:
    """Wait until PostgreSQL has answered. Raises: DatabaseIsSilentError."""
    begun = time.monotonic()
    seconds = _patience.left
    if connection.status == extensions.STATUS_SETUP:
        seconds = min(seconds, SILENCE_SECONDS)
    counts_for_all = not _patience.is_for_another
    if counts_for_all and not _silence.allows():
        waited = max(0.0, REQUEST_SECONDS - _patience.left)  # on a connection that it had before, for instance
        seconds = min(seconds, SECONDS_AFTER_SILENCE - waited)
    try:
        with _silence.attempt() if counts_for_all else nullcontext():
            _poll(connection, begun + seconds)
    except DatabaseIsSilentError:
        if counts_for_all and time.monotonic() - begun >= SILENCE_SECONDS:
            _silence.open()
        raise
    finally:
        _patience.left -= time.monotonic() - begun


def _poll(connection: Any, deadline: float) -> None:
    while (state := connection.poll()) != extensions.POLL_OK:
        poll = select.poll()
        poll.register(connection.fileno(), select.POLLIN if state == extensions.POLL_READ else select.POLLOUT)
        left = max(0.0, deadline - time.monotonic())
        if not poll.poll(left * 1000 if isfinite(left) else None):
            raise DatabaseIsSilentError("The database does not answer.")
