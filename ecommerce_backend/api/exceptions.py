"""What goes wrong, as exceptions that name their status. How they are answered: problems.py."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from http import HTTPStatus
from itertools import islice

from rest_framework import exceptions

NAME_LIMIT = 100  # characters of a client's own name that are repeated to it
NAMES_LIMIT = 20  # of them that one answer names


class Conflict(exceptions.APIException):
    """409: the request is right in itself, but something else stands in its way."""

    status_code = HTTPStatus.CONFLICT
    default_detail = "This clashes with what is stored, for example a value that must be unique."
    default_code = "conflict"


class RequestTimeout(exceptions.APIException):
    """408: the client stopped in the middle of its body."""

    status_code = HTTPStatus.REQUEST_TIMEOUT
    default_detail = "The rest of the body did not come. Send the request again."
    default_code = "request_timeout"


class LengthRequired(exceptions.APIException):
    """411: a body whose length is not announced cannot be limited before it is read."""

    status_code = HTTPStatus.LENGTH_REQUIRED
    default_detail = "Send the body with a Content-Length header."
    default_code = "length_required"


class PreconditionFailed(exceptions.APIException):
    """412: the object is not, or no longer, what the client thinks it is."""

    status_code = HTTPStatus.PRECONDITION_FAILED
    default_detail = "Somebody has changed this meanwhile. Read it again, then send your change with the new ETag."
    default_code = "precondition_failed"


class IdempotencyKeyReused(exceptions.APIException):
    """422: the key came with another request before."""

    status_code = HTTPStatus.UNPROCESSABLE_ENTITY
    default_detail = "This Idempotency-Key has been used for another request. Use a new one."
    default_code = "idempotency_key_reused"


class IdempotencyInProgress(Conflict):
    """409: the first request with this key is still running."""

    default_detail = "The first request with this Idempotency-Key is still running. Try again in a moment."
    default_code = "idempotency_in_progress"


class TLSRequired(exceptions.PermissionDenied):
    """403: a secret came over plain HTTP. A redirect would ask for it once more, and hide that it has been seen."""

    default_detail = "Use https. What was sent in the clear may have been read: change it."


class PayloadTooLarge(exceptions.APIException):
    """413: the body is over MAX_BODY_BYTES."""

    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    default_detail = "The body is larger than 1 MiB."
    default_code = "payload_too_large"


class ServiceUnavailable(exceptions.APIException):
    """503: the database is away, locked or too slow. `wait` is in seconds."""

    status_code = HTTPStatus.SERVICE_UNAVAILABLE
    default_detail = "The service cannot answer right now. Try again in a moment."
    default_code = "service_unavailable"
    wait = 2


class InternalError(exceptions.APIException):
    """500: a defect. Says nothing but the request's id."""

    default_detail = "Something went wrong on our side. Quote the request id when you report it."


def unknown_names(names: Iterable[str], allowed: list[str], *, code: str) -> dict[str, list[exceptions.ErrorDetail]]:
    """Details of a ValidationError for the first twenty of `names` that are not allowed."""
    unknown = islice((name for name in names if name not in allowed), NAMES_LIMIT)
    return {name[:NAME_LIMIT]: [exceptions.ErrorDetail(unknown_name(name, allowed), code)] for name in unknown}


def unknown_name(name: str, allowed: Sequence[str]) -> str:
    """The sentence for a parameter or field that does not exist: what was meant, perhaps, and what does exist."""
    near = get_close_matches(name[:NAME_LIMIT].lower(), allowed, n=1, cutoff=0.65)
    hint = f" Did you mean '{near[0]}'?" if near else ""
    return f"Unknown: '{name[:NAME_LIMIT]}'.{hint} Allowed: {', '.join(allowed)}."
