"""gunicorn's logger: one line of structured log for each request, and its numbers.

Here and not in a middleware (django-structlog's, django-prometheus'), past which the answers from memory go.
"""

from collections import deque
from collections.abc import Iterator, MutableMapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http import HTTPMethod
from threading import Timer
from typing import Any

from gunicorn.glogging import Logger

from ecommerce_backend import logs
from ecommerce_backend.request_id import current_request_id
from ecommerce_backend.telemetry import FROM_MEMORY, ROUTE, USER_ID, metrics, queries

METHODS = frozenset(HTTPMethod)

# Requests are told of together, every so often: one after the other in one go takes a third of the time that it takes
# between requests, and a write for each would let another thread in, which this one then has to wait for.
TELL_SECONDS = 0.1
# While nobody reads the log, the oldest of more are dropped: 10 MB.
MOST_UNTOLD = 10_000

Answered = tuple[datetime, float, bool, dict[str, Any]]  # when, after how long, whether from memory, and the facts


class AccessLogger(Logger):
    """gunicorn's own lines look like all others; those of requests say what has to be known of each."""

    def setup(self, cfg: Any) -> None:
        """Write in the format of LOG_FORMAT."""
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(logs.formatter())
        self._render = logs.renderer()
        self._answered: deque[Answered] = deque(maxlen=MOST_UNTOLD)
        self._is_due = False

    def access(self, resp: Any, req: Any, environ: MutableMapping[str, Any], request_time: timedelta) -> None:
        """Take down what is to be told of a request that has been answered. Cost: docs/benchmarks-operations.md."""
        facts = {
            "request_id": current_request_id.get(),
            "method": environ["REQUEST_METHOD"],
            "path": environ.get("PATH_INFO"),  # not the query: what people search for is theirs
            "route": environ.get(ROUTE, ""),
            "status": int(str(resp.status)[:3]),
            "duration_ms": round(request_time.total_seconds() * 1000, 1),
            "bytes": resp.sent,
            "queries": queries.made(),
            "user_id": environ.get(USER_ID),
            "address": environ.get("REMOTE_ADDR"),
        }
        self._answered.append((datetime.now(UTC), request_time.total_seconds(), FROM_MEMORY in environ, facts))
        self._see_to_it()

    def _see_to_it(self) -> None:
        if self._is_due:
            return
        self._is_due = True
        try:
            # Not a daemon: a process that ends in good order waits for it, and nothing is lost.
            Timer(TELL_SECONDS, self._tell).start()
        except RuntimeError:  # the process may have no more threads
            self._tell()

    def _tell(self) -> None:
        """Count the requests, and write their lines. While that waits for whoever reads them, nobody else begins."""
        try:
            lines = [line for line in map(self._told, self._taken()) if line]
            if lines:
                self.access_log.info("\n".join(lines))
        finally:
            self._is_due = False
        if self._answered:  # since they were taken, when it still was
            self._see_to_it()

    def _taken(self) -> Iterator[Answered]:
        with suppress(IndexError):  # all are; two may begin at once
            while True:
                yield self._answered.popleft()

    def _told(self, answered: Answered) -> str | None:
        ended, seconds, from_memory, facts = answered
        _count(facts, seconds, from_memory=from_memory)
        if not self.access_log_enabled:
            return None
        line = {"timestamp": logs.timestamp(ended), "level": "info", "logger": "request", "event": "request"}
        return str(self._render(self.access_log, "info", line | facts))


def _count(facts: dict[str, Any], seconds: float, *, from_memory: bool) -> None:
    method = facts["method"] if facts["method"] in METHODS else "other"
    metrics.REQUESTS.labels(method, facts["route"], str(facts["status"])).inc()
    metrics.DURATION.observe(seconds)
    metrics.QUERIES.inc(facts["queries"])
    if from_memory:
        metrics.FROM_MEMORY.inc()
