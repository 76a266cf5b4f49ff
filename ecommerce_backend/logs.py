"""Logs: one stream, each line with the id of its request."""

from typing import Any


def configuration(level: str) -> dict[str, Any]:
    """Django's `LOGGING`: everything from `level` up to stderr."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"request_id": {"()": "ecommerce_backend.api.request_id.RequestIDFilter"}},
        "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["request_id"]}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            # Refused requests are in the access log already; only what failed is worth a line of its own.
            "django.request": {"level": "ERROR"},
            "axes": {"level": "WARNING"},
        },
    }
