"""One operation of the document."""

import inspect
import re
from typing import Any

from drf_yasg import openapi
from drf_yasg.inspectors import SwaggerAutoSchema
from rest_framework.permissions import SAFE_METHODS, AllowAny, DjangoModelPermissionsOrAnonReadOnly

from ecommerce_backend.api.filters import fields_parameter
from ecommerce_backend.api.schema.problem import problem_schema
from ecommerce_backend.api.serializers import StrictFieldsMixin

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

    def make_body_parameter(self, schema: Any) -> openapi.Parameter:
        """The body; a PATCH without one changes nothing, and is no mistake."""
        parameter = super().make_body_parameter(schema)
        parameter.required = self.method != "PATCH"
        return parameter

    def get_query_parameters(self) -> list[openapi.Parameter]:
        """Those of a list, or `fields` when one object is read."""
        parameters = super().get_query_parameters()
        if self.method == "GET" and getattr(self.view, "detail", None) and hasattr(self.view, "query_parameters"):
            each = fields_parameter(self.view)
            parameters.append(
                openapi.Parameter(each["name"], openapi.IN_QUERY, description=each["description"], **each["schema"])
            )
        for parameter in parameters:
            if parameter.type != openapi.TYPE_ARRAY:
                parameter["allowEmptyValue"] = True  # a blank one counts as not given
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
        definitions.setdefault("Problem", problem_schema)
        return openapi.Response(DESCRIPTIONS[status], schema=openapi.SchemaRef(definitions, "Problem"))
