"""gunicorn's logger: one line of structured log for each request, and its numbers.

Here and not in a middleware (django-structlog's, django-prometheus'), past which the answers from memory go.
"""

from collections.abc import MutableMapping
from datetime import timedelta
from http import HTTPMethod
from typing import Any

from gunicorn.glogging import Logger

from ecommerce_backend import logs
from ecommerce_backend.request_id import current_request_id
from ecommerce_backend.telemetry import FROM_MEMORY, ROUTE, USER_ID, metrics, queries

METHODS = frozenset(HTTPMethod)


class AccessLogger(Logger):
    """gunicorn's own lines look like all others; those of requests say what has to be known of each."""

    def setup(self, cfg: Any) -> None:
        """Write in the format of LOG_FORMAT."""
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(logs.formatter())
        self._render = logs.renderer()

    def access(self, resp: Any, req: Any, environ: MutableMapping[str, Any], request_time: timedelta) -> None:
        """Log and count a request that has been answered. Cost: 0.03 ms."""
        method = environ["REQUEST_METHOD"]
        route, status, made = environ.get(ROUTE, ""), str(resp.status)[:3], queries.made()
        metrics.REQUESTS.labels(method if method in METHODS else "other", route, status).inc()
        metrics.DURATION.observe(request_time.total_seconds())
        metrics.QUERIES.inc(made)
        if FROM_MEMORY in environ:
            metrics.FROM_MEMORY.inc()
        if self.access_log_enabled:
            facts = {
                "timestamp": logs.now(),
                "level": "info",
                "logger": "request",
                "event": "request",
                "request_id": current_request_id.get(),
                "method": method,
                "path": environ.get("PATH_INFO"),  # not the query: what people search for is theirs
                "route": route,
                "status": int(status),
                "duration_ms": round(request_time.total_seconds() * 1000, 1),
                "bytes": resp.sent,
                "queries": made,
                "user_id": environ.get(USER_ID),
                "address": environ.get("REMOTE_ADDR"),
            }
            self.access_log.info(self._render(self.access_log, "info", facts))
