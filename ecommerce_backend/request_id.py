"""The id of the request being answered, for logs and error bodies."""

import logging
import re
from contextvars import ContextVar
from uuid import uuid4

NO_REQUEST = "-"
current_request_id: ContextVar[str] = ContextVar("current_request_id", default=NO_REQUEST)

# What a proxy or a client may reasonably send: short, and harmless in a log line or a header.
_SANE = re.compile(r"[A-Za-z0-9._~+/=:@-]{1,128}")


def request_id_from(header: str | None) -> str:
    """The id that the client sent, when it is sane, else a new one."""
    if header and _SANE.fullmatch(header):
        return header
    return uuid4().hex


def get_request_id() -> str:
    """The id of the request being answered; `-` outside one."""
    return current_request_id.get()


class RequestIDFilter(logging.Filter):
    """Gives every log record a `request_id`; `-` outside a request."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = current_request_id.get()
        return True
