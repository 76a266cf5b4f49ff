"""The Swagger 2.0 document, made by drf-yasg from the views; what drf-yasg gets wrong is mended here, once.

The words of an operation are its section of the view's docstring (`list: …`, `patch: …`), or else all of it.
A view says what cannot be derived with a few attributes:
- `schema_tag`: the group of its operations.
- `schema_bodies`: serializers of bodies by method, where a method has one that usually has none.
- `schema_statuses`: the status of success by method, where it is not 200 (GET, PUT, PATCH), 201 (POST), 204 (DELETE).
- `schema_errors`: further error statuses by method.
- `response_serializer_class` on a *serializer*: the shape of the answer, where it is not the shape of the request.
"""

import inspect
import re
from typing import Any

from drf_yasg import openapi
from drf_yasg.generators import OpenAPISchemaGenerator
from drf_yasg.inspectors import SwaggerAutoSchema
from rest_framework.permissions import SAFE_METHODS, AllowAny, DjangoModelPermissionsOrAnonReadOnly

from ecommerce_backend.api.filters import fields_parameter
from ecommerce_backend.api.serializers import StrictFieldsMixin

info = openapi.Info(
    title="E-commerce catalogue API",
    default_version="v1",
    description=(
        "Products and categories of a shop, in PostgreSQL: read by everybody, written by catalogue editors.\n\n"
        "1. `POST /api/register/` makes an account, `POST /api/token/` logs in and answers `access` and `refresh`.\n"
        "2. Press **Authorize** and enter `Bearer `, then the access token.\n"
        "3. Every error has one shape, `application/problem+json`: see *Problem*.\n\n"
        "A path works without its trailing slash too."
    ),
)

BODY_METHODS = ("POST", "PUT", "PATCH")
DESCRIPTIONS = {
    "200": "Done.",
    "201": "Created; `Location` says where.",
    "202": "Taken note of.",
    "204": "Done; no body.",
    "400": "A field or parameter is at fault; `errors` says which and why.",
    "401": "A valid access token is needed.",
    "403": "Known, but not allowed.",
    "404": "There is no such thing, or no such page.",
    "409": "It clashes with what is stored.",
    "413": "The body is larger than 1 MiB.",
    "415": "The body is not JSON.",
    "429": "Too often; try again after `Retry-After` seconds.",
    "503": "The database is away; try again after `Retry-After` seconds.",
}


def _problem() -> openapi.Schema:
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


class SchemaGenerator(OpenAPISchemaGenerator):
    """Describes how to sign in, and the last part of an object's path where its model cannot."""

    def get_schema(self, request: Any = None, public: bool = False) -> openapi.Swagger:
        """The document. Objects have the properties that are listed and no others, unless their serializer says so."""
        document = super().get_schema(request, public)
        for definition in document.definitions.values():
            if definition.type == openapi.TYPE_OBJECT:
                definition.setdefault("additionalProperties", False)
        return document

    def get_security_definitions(self) -> dict[str, Any]:
        """The bearer token, as Swagger 2.0 can say it: a header."""
        words = "`Bearer ` and an access token from POST /api/token/."
        return {"Bearer": {"type": "apiKey", "name": "Authorization", "in": "header", "description": words}}

    def get_path_parameters(self, path: str, view_cls: Any) -> list[openapi.Parameter]:
        """drf-yasg's, with the view's `lookup_description`."""
        parameters = super().get_path_parameters(path, view_cls)
        for parameter in parameters:
            parameter.description = getattr(view_cls, "lookup_description", parameter.description)
        return parameters


class AutoSchema(SwaggerAutoSchema):
    """One operation: real statuses, real bodies, every error, and a lock only where a token is needed."""

    def get_summary_and_description(self) -> tuple[str, str]:
        """The first sentence of the view's words for this action, and all of them.

        Not the docstrings of methods, which drf-yasg would take: those speak to whoever reads the code.
        """
        words = inspect.getdoc(type(self.view)) or ""
        name = getattr(self.view, "action", None) or self.method.lower()
        section = re.search(rf"^{name}: (.+)$", words, re.MULTILINE)
        description = section.group(1) if section else re.sub(r"\s+", " ", words)
        return description.split(". ")[0].rstrip("."), description

    def get_operation_id(self, operation_keys: list[str] | None = None) -> str:
        """`products_list`, `token_create`, …: the path without its prefix."""
        keys = [key for key in operation_keys or self.operation_keys if key != "api"]
        return "_".join(keys if len(keys) > 1 else ["index", *keys])

    def get_request_serializer(self) -> Any:
        """The shape of the body: the view's own word for it; for PATCH, one in which nothing is required."""
        body = getattr(self.view, "schema_bodies", {}).get(self.method)
        serializer = body() if body else super().get_request_serializer()
        if self.method == "PATCH":
            serializer = type(f"Patched{type(serializer).__name__}", (type(serializer),), {})()
            for field in serializer.fields.values():
                field.required = False
        return serializer

    def get_tags(self, operation_keys: list[str] | None = None) -> list[str]:
        """The view's group."""
        return [self.view.schema_tag]

    def get_security(self) -> list[dict[str, list[str]]]:
        """The bearer token, or nothing where anybody may."""
        return [{"Bearer": []}] if self._needs_token() else []

    def get_produces(self) -> list[str]:
        """JSON, and the problem document of every error."""
        return [*super().get_produces(), "application/problem+json"]

    def get_request_body_schema(self, serializer: Any) -> Any:
        """The shape of the body, open where the serializer does not mind further fields."""
        schema = super().get_request_body_schema(serializer)
        if not isinstance(serializer, StrictFieldsMixin):
            schema.resolve(self.components).setdefault("additionalProperties", True)
        return schema

    def get_query_parameters(self) -> list[openapi.Parameter]:
        """Those of a list, or `fields` when one object is read."""
        parameters = super().get_query_parameters()
        if self.method == "GET" and getattr(self.view, "detail", None) and hasattr(self.view, "query_parameters"):
            each = fields_parameter(self.view)
            parameters.append(
                openapi.Parameter(each["name"], openapi.IN_QUERY, description=each["description"], **each["schema"])
            )
        return parameters

    def has_list_response(self) -> bool:
        """Only a list is a list; drf-yasg takes every GET without a path parameter for one."""
        return getattr(self.view, "action", None) == "list"

    def get_default_response_serializer(self) -> Any:
        """The shape of the answer: the serializer's own word for it, else the serializer."""
        serializer = super().get_default_response_serializer()
        response_class = getattr(serializer, "response_serializer_class", None)
        return response_class() if response_class else serializer

    def get_default_responses(self) -> dict[str, Any]:
        """Success with its real status, then every error that this operation can give."""
        [schema] = super().get_default_responses().values()
        status = str(getattr(self.view, "schema_statuses", {}).get(self.method, self._usual_status()))
        success = openapi.Response(DESCRIPTIONS[status], schema=None if status == "204" else schema or None)
        return {status: success} | {code: self._problem_response(code) for code in sorted(self._error_statuses())}

    def _usual_status(self) -> int:
        return {"POST": 201, "DELETE": 204}.get(self.method, 200)

    def _needs_token(self) -> bool:
        public = tuple(
            permission
            for permission in self.view.permission_classes
            if issubclass(permission, AllowAny)
            or (issubclass(permission, DjangoModelPermissionsOrAnonReadOnly) and self.method in SAFE_METHODS)
        )
        return bool(self.view.permission_classes) and not public

    def _error_statuses(self) -> set[str]:
        statuses = {"503"} | {str(code) for code in getattr(self.view, "schema_errors", {}).get(self.method, ())}
        if self.view.throttle_classes:
            statuses.add("429")
        if self._needs_token():
            statuses.add("401")
            if any(issubclass(each, DjangoModelPermissionsOrAnonReadOnly) for each in self.view.permission_classes):
                statuses.add("403")
        if self.method in (*BODY_METHODS, *getattr(self.view, "schema_bodies", {})):
            statuses |= {"400", "413", "415"}
        if hasattr(self.view, "query_parameters"):
            statuses |= {"400"} if self.method == "GET" else {"409"}
            statuses |= {"404"} if self.view.detail or self.method == "GET" else set()
        return statuses

    def _problem_response(self, status: str) -> openapi.Response:
        definitions = self.components.with_scope(openapi.SCHEMA_DEFINITIONS)
        definitions.setdefault("Problem", _problem)
        return openapi.Response(DESCRIPTIONS[status], schema=openapi.SchemaRef(definitions, "Problem"))
