"""gunicorn's worker: it answers in JSON what is no HTTP request, waits for nobody for long, and ends in good order."""

import gc
import json
import select
import socket
import struct
import time
from contextlib import suppress
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from csp.middleware import CSPMiddleware
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.security import SecurityMiddleware
from gunicorn import http, util
from gunicorn.workers import gthread

from ecommerce_backend import lifecycle, patience
from ecommerce_backend.api.titles import title
from ecommerce_backend.request_id import current_request_id
from ecommerce_backend.telemetry import queries

# Line and headers that are too long, and the rest of what a parser can refuse; a defect is 500.
_STATUSES = {
    "LimitRequestLine": HTTPStatus.REQUEST_URI_TOO_LONG,
    "LimitRequestHeaders": HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
}

# How long a thread waits for the first byte of a connection. Browsers open some that they may never need, and the five
# seconds of gunicorn itself would be spent in a thread.
FIRST_WORD_SECONDS = 0.02

# How long a thread stays with a connection in case that another request follows.
NEXT_REQUEST_MS = 2

# How long a worker waits before it takes another connection, for each that it has: an idle one is quicker then.
GIVE_WAY_SECONDS = 0.0001
GIVE_WAY_AT_MOST_SECONDS = 0.0005  # what it costs a client who connects for every request

# Connections that a process which is told to end still looks for.
AT_THE_DOOR = 64


class Worker(gthread.ThreadWorker):
    """gunicorn's threaded worker: no client and no database keeps it waiting, and what it has begun it ends."""

    def init_process(self) -> None:
        """Serve until the end, without waiting for a database that does not answer."""
        patience.limit_waiting()
        super().init_process()

    def load_wsgi(self) -> None:
        """Load the application, which from then on is not looked through for garbage.

        That took 80 ms of some request or other: the slowest one of a hundred on the list waited 90 ms, and now 17.
        """
        super().load_wsgi()
        gc.collect()
        gc.freeze()

    def handle_exit(self, sig: Any, frame: Any) -> None:
        """Finish what there is. Whoever asks whether this process is ready, on a connection that it has, hears no."""
        lifecycle.stopping.set()
        super().handle_exit(sig, frame)

    def set_accept_enabled(self, enabled: bool | None) -> None:
        """Let connections in, or no more. A process that ends serves first who was at the door before it was told to.

        gunicorn leaves them there, and they are cut off when the door is closed for good. No more than a handful can be
        waiting in the moment; were there no bound, a reload under load would keep the old process at the door.
        """
        if not enabled and not self.alive:
            for listener in self.sockets:
                for _ in range(AT_THE_DOOR):
                    self.accept(listener)  # does nothing when nobody is there
        super().set_accept_enabled(enabled)

    def accept(self, listener: Any) -> None:
        """Let a connection in; whoever has more of them lets the other workers go first.

        They all wait at the same door. Connections are kept for long, so a worker that takes most of a handful that
        come at once would be busy with them while another one has nothing to do.
        """
        if self.nr_conns and self.alive and self.cfg.workers > 1:
            time.sleep(min(self.nr_conns * GIVE_WAY_SECONDS, GIVE_WAY_AT_MOST_SECONDS))
        super().accept(listener)

    def enqueue_req(self, conn: Any) -> None:
        """Serve the connection; a thread is not kept by a client that sends half a request, or reads half an answer."""
        if conn.parser is None and not self.cfg.is_ssl:  # with TLS gunicorn has yet to make the socket
            # By the system and not by Python's settimeout: gunicorn sets that back to none.
            for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
                conn.sock.setsockopt(socket.SOL_SOCKET, option, struct.pack("ll", patience.CLIENT_SECONDS, 0))
            conn.sock = patience.PatientSocket(conn.sock)
            conn.parser = http.get_parser(self.cfg, conn.sock, conn.client)
        super().enqueue_req(conn)

    def handle(self, conn: Any) -> Any:
        """Serve a request, and those that follow it at once: handing each over to the next thread would cost more."""
        goes_on = self._serve(conn)
        while goes_on is True and self._has_more(conn):
            goes_on = self._serve(conn)
        if not goes_on and not self.cfg.is_ssl:
            patience.part(conn.sock)
        return goes_on

    def _serve(self, conn: Any) -> Any:
        """One request; whoever is waited for gets its time anew. Who says nothing at first goes back to the poller."""
        if not conn.initialized and not conn.data_ready:
            if not conn.wait_for_data(FIRST_WORD_SECONDS):
                return gthread._DEFER  # type: ignore[attr-defined]
            conn.data_ready = True
        if conn.parser is not None and not self.cfg.is_ssl:
            conn.sock.begin()
        patience.begin_request()
        queries.begin_request()
        return super().handle(conn)

    def _has_more(self, conn: Any) -> bool:
        """Whether the next request comes in a moment, and no other connection waits for a thread."""
        if not self.alive or self.cfg.is_ssl or not self.tpool._work_queue.empty():
            return False
        arrival = select.poll()
        arrival.register(conn.sock, select.POLLIN)
        return bool(arrival.poll(NEXT_REQUEST_MS))

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """Answer, then let the connection close. The application has not seen the request."""
        name = type(exc).__name__
        malformed = isinstance(exc, Exception) and type(exc).__module__ == "gunicorn.http.errors"
        if not malformed:
            super().handle_error(req, client, addr, exc)
            return
        # Here, since the process that starts the workers needs neither.
        from rest_framework.exceptions import ParseError  # noqa: PLC0415

        from ecommerce_backend.api.problems import describe  # noqa: PLC0415

        status = _STATUSES.get(name, HTTPStatus.BAD_REQUEST)
        request_id = uuid4().hex
        current_request_id.set(request_id)
        self.log.warning("Refused before it was parsed: %s from %s [%s]", name, addr, request_id)
        problem = ParseError("This is not a request that can be understood.")
        problem.status_code = status
        body, _ = describe(problem)
        _answer(client, status, request_id, json.dumps(body).encode())


def _answer(client: Any, status: HTTPStatus, request_id: str, body: bytes) -> None:
    head = [
        f"HTTP/1.1 {status.value} {title(status)}",
        "Connection: close",
        "Content-Type: application/problem+json",
        "Cache-Control: no-store",
        f"Content-Length: {len(body)}",
        f"X-Request-ID: {request_id}",
        *(f"{name}: {value}" for name, value in _headers_of_every_answer().items()),
        *("", ""),
    ]
    with suppress(OSError):  # whoever sends such things need not be there any more
        util.write_nonblock(client, "\r\n".join(head).encode("ascii") + body)


def _headers_of_every_answer() -> dict[str, str]:
    """What the middleware would have set, for a request of which nothing is known: nor whether it came over TLS."""
    request, response = HttpRequest(), HttpResponse()
    for middleware in (SecurityMiddleware, CSPMiddleware, XFrameOptionsMiddleware):
        middleware(lambda _: response).process_response(request, response)
    del response["Content-Type"]
    origins = ["*"] if settings.CORS_ALLOW_ALL_ORIGINS else settings.CORS_ALLOWED_ORIGINS
    if len(origins) == 1:  # of several, the right one is not known
        response["Access-Control-Allow-Origin"] = origins[0]
    response["Access-Control-Expose-Headers"] = ", ".join(settings.CORS_EXPOSE_HEADERS)
    return dict(response.items())
