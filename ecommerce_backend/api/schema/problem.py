"""The shape of every error, for the document."""

from drf_yasg import openapi


def problem_schema() -> openapi.Schema:
    """RFC 9457, with what this API adds to it."""
    text = openapi.Schema(type=openapi.TYPE_STRING)
    fault = openapi.Schema(
        type=openapi.TYPE_OBJECT, required=["code", "message"], properties={"code": text, "message": text}
    )
    return openapi.Schema(
        title="Problem",
        type=openapi.TYPE_OBJECT,
        description="RFC 9457. `code` is stable, for programs; `detail` is a sentence, for people.",
        required=["type", "title", "status", "code", "detail", "request_id"],
        properties={
            "type": text,
            "title": text,
            "status": openapi.Schema(type=openapi.TYPE_INTEGER),
            "code": text,
            "detail": text,
            "request_id": text,
            "errors": openapi.Schema(
                type=openapi.TYPE_OBJECT,
                description="By field or parameter; what concerns none is under `non_field_errors`.",
                additional_properties=openapi.Schema(type=openapi.TYPE_ARRAY, items=fault),
            ),
        },
        example={
            "type": "about:blank",
            "title": "Bad Request",
            "status": 400,
            "code": "invalid",
            "detail": "The request has 1 invalid field.",
            "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b",
            "errors": {
                "price": [
                    {"code": "min_value", "message": "Ensure this value is greater than or equal to 0."},
                ]
            },
        },
    )
