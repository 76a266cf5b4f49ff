"""One operation of the document."""

import inspect
import re
from typing import Any

from drf_yasg import openapi
from drf_yasg.inspectors import SwaggerAutoSchema
from rest_framework.permissions import SAFE_METHODS, AllowAny, DjangoModelPermissionsOrAnonReadOnly

from ecommerce_backend.api.filters import fields_parameter
from ecommerce_backend.api.idempotency import IdempotentCreateMixin
from ecommerce_backend.api.schema import headers
from ecommerce_backend.api.schema.fields import WordsInspector
from ecommerce_backend.api.schema.problem import PROBLEMS, bad_body, bad_parameter, example_of, problem_schema
from ecommerce_backend.api.serializers import StrictFieldsMixin

BODY_METHODS = ("POST", "PUT", "PATCH")
DESCRIPTIONS = {
    "200": "Done.",
    "201": "Created; `Location` says where.",
    "202": "Taken note of.",
    "204": "Done; no body.",
    "304": "Nothing has changed; no body.",
    "400": "A field or parameter is at fault; `errors` says which and why.",
    "401": "A valid access token is needed.",
    "403": "Known, but not allowed.",
    "404": "There is no such thing, or no such page.",
    "409": "It clashes with what is stored.",
    "412": "Somebody has changed it since you read it.",
    "413": "The body is larger than 1 MiB.",
    "414": "The address is longer than 8 KiB.",
    "415": "The body is not JSON.",
    "422": "The Idempotency-Key has been used for something else.",
    "429": "Too often; try again after `Retry-After` seconds.",
    "503": "The database is away; try again after `Retry-After` seconds.",
}


class AutoSchema(SwaggerAutoSchema):
    """One operation: real statuses, real bodies, every error, and a lock only where a token is needed."""

    field_inspectors = [WordsInspector, *SwaggerAutoSchema.field_inspectors]

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
        """The shape of the body, if there is one."""
        return self._body()

    def _body(self) -> Any:
        """The view's own word for it; for PATCH, one in which nothing is required."""
        body = getattr(self.view, "schema_bodies", {}).get(self.method)
        serializer = body() if body else super().get_request_serializer()
        if self.method == "PATCH":
            whole = type(serializer)
            serializer = type(f"Patched{whole.__name__}", (whole,), {"__doc__": whole.__doc__})()
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

    def should_filter(self) -> bool:
        """Whatever reads more than one object has its filters; drf-yasg looks for them in lists alone."""
        return self._is_conditional("GET") and not self.view.detail

    def add_manual_parameters(self, parameters: list[openapi.Parameter]) -> list[openapi.Parameter]:
        """The parameters, and the headers that make a request conditional or repeatable."""
        return [*super().add_manual_parameters(parameters), *self._request_headers()]

    def get_paginated_response(self, response_schema: Any) -> Any:
        """The envelope, with the examples of the paginator; drf-yasg drops those in the envelope itself."""
        envelope = super().get_paginated_response(response_schema)
        for name, example in self.view.paginator.schema_examples.items():
            envelope.properties[name]["example"] = example
        return envelope

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
        success = openapi.Response(
            DESCRIPTIONS[status], schema=None if status == "204" else schema or None, headers=self._success_headers()
        )
        unchanged = {"304": openapi.Response(DESCRIPTIONS["304"])} if self._is_conditional("GET") else {}
        errors = {code: self._problem_response(code) for code in sorted(self._error_statuses())}
        return {status: success} | unchanged | errors

    def _usual_status(self) -> int:
        return {"POST": 201, "DELETE": 204}.get(self.method, 200)

    def _reads_by_parameters(self) -> bool:
        return hasattr(self.view, "query_parameters")

    def _is_conditional(self, *methods: str) -> bool:
        return self._reads_by_parameters() and self.method in methods

    def _creates_once(self) -> bool:
        return isinstance(self.view, IdempotentCreateMixin) and self.method == "POST"

    def _request_headers(self) -> list[openapi.Parameter]:
        if self._creates_once():
            return [headers.IDEMPOTENCY_KEY]
        if self._is_conditional("GET"):
            return [headers.IF_NONE_MATCH]
        return [headers.IF_MATCH] if self._is_conditional("PUT", "PATCH", "DELETE") else []

    def _success_headers(self) -> dict[str, Any] | None:
        if self._creates_once():
            return headers.OF_CREATED_WITH_TAG if self._reads_by_parameters() else headers.OF_CREATED
        return headers.OF_READ if self._is_conditional("GET", "PUT", "PATCH") else None

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
        if self._creates_once():
            statuses |= {"409", "422"}
        if self._is_conditional("PUT", "PATCH", "DELETE"):
            statuses |= {"404", "409", "412"}
        if self._is_conditional("GET"):
            statuses |= {"400", "404"} if self.view.detail or self.has_list_response() else {"400"}
            statuses |= set() if self.view.detail else {"414"}
        return statuses

    def _problem_response(self, status: str) -> openapi.Response:
        definitions = self.components.with_scope(openapi.SCHEMA_DEFINITIONS)
        definitions.setdefault("Problem", problem_schema)
        example = self._problem_example(status)
        return openapi.Response(
            DESCRIPTIONS[status],
            schema=openapi.SchemaRef(definitions, "Problem"),
            # Swagger UI shows the example of the type that is chosen for the whole operation, which is the first.
            examples=dict.fromkeys(self.get_produces(), example),
            headers=headers.OF_ERRORS.get(status),
        )

    def _problem_example(self, status: str) -> dict[str, Any]:
        if status != "400":
            return example_of(getattr(self.view, "schema_problems", {}).get((self.method, status), PROBLEMS[status]))
        return bad_parameter(self.view.query_parameters()) if self.method == "GET" else bad_body(self._body())
