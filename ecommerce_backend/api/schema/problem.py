"""The shape of every error, for the document, and an example of each: what the code itself would answer."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from drf_yasg import openapi
from rest_framework import exceptions
from rest_framework.serializers import BaseSerializer

from ecommerce_backend.api.exceptions import (
    Conflict,
    IdempotencyKeyReused,
    LengthRequired,
    PayloadTooLarge,
    PreconditionFailed,
    RequestTimeout,
    ServiceUnavailable,
    unknown_names,
)
from ecommerce_backend.api.problems import describe


class AddressTooLong(exceptions.ParseError):
    """414, which the worker answers by itself."""

    status_code = HTTPStatus.REQUEST_URI_TOO_LONG
    default_detail = "This is not a request that can be understood."


REQUEST_ID = "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
PROBLEMS: dict[str, exceptions.APIException] = {
    "401": exceptions.NotAuthenticated(),
    "403": exceptions.PermissionDenied(),
    "404": exceptions.NotFound(),
    "408": RequestTimeout(),
    "409": Conflict(),
    "411": LengthRequired(),
    "412": PreconditionFailed(),
    "413": PayloadTooLarge(),
    "414": AddressTooLong(),
    "415": exceptions.UnsupportedMediaType("text/plain"),
    "422": IdempotencyKeyReused(),
    "429": exceptions.Throttled(wait=42),
    "503": ServiceUnavailable(),
}


def example_of(problem: exceptions.APIException, *, reading: bool = False) -> dict[str, Any]:
    """The body of the error."""
    return describe(problem, reading=reading)[0] | {"request_id": REQUEST_ID}


def bad_parameter(allowed: Sequence[str]) -> dict[str, Any]:
    """What is answered to somebody who mistypes the name of a query parameter."""
    mistyped = f"{allowed[0][:-1]}x"
    return example_of(
        exceptions.ValidationError(unknown_names([mistyped], list(allowed), code="unknown_parameter")), reading=True
    )


def bad_body(serializer: BaseSerializer) -> dict[str, Any]:
    """What is answered to somebody who leaves out a field, or, where none is required, sends null for one."""
    fields: Any = serializer.fields  # type: ignore[attr-defined]
    name, field = next((name, field) for name, field in fields.items() if not field.read_only)
    code = "required" if field.required else "null"
    return example_of(
        exceptions.ValidationError({name: [exceptions.ErrorDetail(str(field.error_messages[code]), code)]})
    )


def problem_schema() -> openapi.Schema:
    """RFC 9457, with what this API adds to it."""
    price = exceptions.ErrorDetail("Ensure this value is greater than or equal to 0.", "min_value")
    example = example_of(exceptions.ValidationError({"price": [price]}))
    return openapi.Schema(
        title="Problem",
        type=openapi.TYPE_OBJECT,
        description="RFC 9457. `code` is stable, for programs; `detail` is a sentence, for people.",
        required=["type", "title", "status", "code", "detail", "request_id"],
        properties={
            "type": _text("Always `about:blank`: the status says which kind it is.", example["type"]),
            "title": _text("The name of the status.", example["title"]),
            "status": openapi.Schema(
                type=openapi.TYPE_INTEGER, description="The status of the answer.", example=example["status"]
            ),
            "code": _text("What went wrong, for programs: it stays the same.", example["code"]),
            "detail": _text("What went wrong, for people.", example["detail"]),
            "request_id": _text("As in `X-Request-ID`. Quote it when you report the error.", REQUEST_ID),
            "errors": openapi.Schema(
                type=openapi.TYPE_OBJECT,
                description="By field or parameter; what concerns none is under `non_field_errors`.",
                additional_properties=openapi.Schema(type=openapi.TYPE_ARRAY, items=_fault(price)),
                example=example["errors"],
            ),
        },
        example=example,
    )


def _fault(example: exceptions.ErrorDetail) -> openapi.Schema:
    return openapi.Schema(
        type=openapi.TYPE_OBJECT,
        required=["code", "message"],
        properties={
            "code": _text("What is wrong with this value, for programs.", str(example.code)),
            "message": _text("What is wrong with this value, for people.", str(example)),
        },
    )


def _text(description: str, example: str) -> openapi.Schema:
    return openapi.Schema(type=openapi.TYPE_STRING, description=description, example=example)
