"""Logs: one stream of JSON, or of lines for people; each with the id of its request."""

import sys
from datetime import UTC, datetime
from typing import Any

import structlog
from structlog.stdlib import ExtraAdder, ProcessorFormatter, add_log_level, add_logger_name
from structlog.typing import EventDict, Processor

from ecommerce_backend import environment as env


def configuration(level: str) -> dict[str, Any]:
    """Django's `LOGGING`: everything from `level` up to stderr."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"request_id": {"()": "ecommerce_backend.request_id.RequestIDFilter"}},
        "formatters": {"structured": {"()": "ecommerce_backend.logs.formatter"}},
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": "structured", "filters": ["request_id"]},
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            # Refused requests are in the access log already; only what failed is worth a line of its own.
            "django.request": {"level": "ERROR"},
            "axes": {"level": "WARNING"},
        },
    }


def sentry_dsn(text: str) -> str:
    """The address that Sentry gives a project. Raises: ValueError for what is none."""
    from sentry_sdk.utils import Dsn

    Dsn(text)
    return text


def report_errors(dsn: str) -> None:
    """Send crashes, with their requests but nothing that says who asked, to Sentry, when there is a `dsn`."""
    if not dsn:
        return
    import sentry_sdk  # 10 MB that others need not have in memory

    sentry_sdk.init(dsn=dsn, send_default_pii=False, max_request_body_size="never", include_local_variables=False)


def formatter() -> ProcessorFormatter:
    """For the records of logging: JSON, or lines for people, with whatever came as `extra`."""
    finish: list[Processor] = [ProcessorFormatter.remove_processors_meta]
    if not _is_for_people():
        finish.append(structlog.processors.format_exc_info)
    foreign: list[Processor] = [_timestamp, add_log_level, add_logger_name, ExtraAdder()]
    return ProcessorFormatter(foreign_pre_chain=foreign, processors=[*finish, renderer()])


def renderer() -> Any:
    """What makes a line of facts."""
    return structlog.dev.ConsoleRenderer(colors=False) if _is_for_people() else structlog.processors.JSONRenderer()


def timestamp(moment: datetime) -> str:
    """A time as logs have it."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _timestamp(logger: Any, name: str, event_dict: EventDict) -> EventDict:
    return {"timestamp": timestamp(datetime.now(UTC)), **event_dict}


def _is_for_people() -> bool:
    # Read here, since gunicorn writes its first lines before there are settings.
    chosen = env.read_choice("LOG_FORMAT", choices=("auto", "json", "console"))
    return chosen == "console" or (chosen == "auto" and sys.stderr.isatty())
