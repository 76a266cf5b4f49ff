"""What an operation of the document answers: success, and every error that it can give."""

from typing import Any

from drf_yasg import openapi
from drf_yasg.inspectors import SwaggerAutoSchema
from rest_framework.permissions import SAFE_METHODS, AllowAny, DjangoModelPermissionsOrAnonReadOnly

from ecommerce_backend.api.idempotency import IdempotentCreateMixin
from ecommerce_backend.api.schema import headers
from ecommerce_backend.api.schema.problem import PROBLEMS, bad_body, bad_parameter, example_of, problem_schema
from ecommerce_backend.api.viewsets import ModelViewSet

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
    "408": "The rest of the body did not come in time.",
    "409": "It clashes with what is stored.",
    "411": "The body comes without a Content-Length: it is chunked.",
    "412": "Somebody has changed it since you read it.",
    "413": "The body is larger than 1 MiB.",
    "414": "The address is longer than 8 KiB.",
    "415": "The body is not JSON.",
    "422": "The Idempotency-Key has been used for something else.",
    "429": "Too often; try again after `Retry-After` seconds.",
    "503": "The database is away; try again after `Retry-After` seconds.",
}


class ResponsesAutoSchema(SwaggerAutoSchema):
    """Derives the statuses from what the view is and does."""

    def get_produces(self) -> list[str]:
        """JSON, or what the view makes, and the problem document of every error."""
        media_types = getattr(self.view, "schema_media_types", None) or super().get_produces()
        return [*media_types, "application/problem+json"]

    def needs_token(self) -> bool:
        """Whether somebody unknown is refused."""
        public = tuple(
            permission
            for permission in self.view.permission_classes
            if issubclass(permission, AllowAny)
            or (issubclass(permission, DjangoModelPermissionsOrAnonReadOnly) and self.method in SAFE_METHODS)
        )
        return bool(self.view.permission_classes) and not public

    def is_conditional(self, *methods: str) -> bool:
        """Whether this is one of the `methods`, on a view that has ETags."""
        has_tags = getattr(self.view, "schema_has_tags", False)
        return self.is_of_catalogue(*methods) or (has_tags and self.method in methods)

    def is_of_catalogue(self, *methods: str) -> bool:
        """Whether this is one of the `methods`, on a view of what the shop sells."""
        return hasattr(self.view, "query_parameters") and self.method in methods

    def creates_once(self) -> bool:
        """Whether an Idempotency-Key is heeded."""
        return isinstance(self.view, IdempotentCreateMixin) and self.method == "POST"

    def has_list_response(self) -> bool:
        """Only a list is a list; drf-yasg takes every GET without a path parameter for one."""
        return getattr(self.view, "action", None) == "list"

    def get_paginated_response(self, response_schema: Any) -> Any:
        """The envelope, with the examples of the paginator; drf-yasg drops those in the envelope itself."""
        envelope = super().get_paginated_response(response_schema)
        for name, example in self.view.paginator.schema_examples.items():
            envelope.properties[name]["example"] = example
        return envelope

    def get_default_response_serializer(self) -> Any:
        """The shape of the answer: the serializer's own word for it, else the serializer."""
        serializer = super().get_default_response_serializer()
        response_class = getattr(serializer, "response_serializer_class", None)
        return response_class() if response_class else serializer

    def get_default_responses(self) -> dict[str, Any]:
        """Success with its real status, then every error that this operation can give."""
        [schema] = super().get_default_responses().values()
        schema = getattr(self.view, "schema_answers", {}).get(self.method, schema)
        status = str(getattr(self.view, "schema_statuses", {}).get(self.method, self._usual_status()))
        success = openapi.Response(
            DESCRIPTIONS[status], schema=None if status == "204" else schema or None, headers=self._success_headers()
        )
        unchanged = {"304": openapi.Response(DESCRIPTIONS["304"])} if self.is_conditional("GET") else {}
        errors = {code: self._problem_response(code) for code in sorted(self._error_statuses())}
        return {status: success} | unchanged | errors

    def _usual_status(self) -> int:
        return {"POST": 201, "DELETE": 204}.get(self.method, 200)

    def _success_headers(self) -> dict[str, Any] | None:
        if self.creates_once():
            return headers.OF_CREATED_WITH_TAG if isinstance(self.view, ModelViewSet) else headers.OF_CREATED
        return headers.OF_READ if self.is_conditional("GET", "PUT", "PATCH") else None

    def _error_statuses(self) -> set[str]:
        statuses = {"503"} | {str(code) for code in getattr(self.view, "schema_errors", {}).get(self.method, ())}
        if self.view.throttle_classes:
            statuses.add("429")
        if self.needs_token():
            statuses.add("401")
            if any(issubclass(each, DjangoModelPermissionsOrAnonReadOnly) for each in self.view.permission_classes):
                statuses.add("403")
        if self.method in (*BODY_METHODS, *getattr(self.view, "schema_bodies", {})):
            statuses |= {"400", "408", "411", "413", "415"}
        if self.creates_once():
            statuses |= {"409", "422"}
        if self.is_conditional("PUT", "PATCH", "DELETE"):
            statuses |= {"404", "409", "412"} if self.is_of_catalogue(self.method) else {"412"}
        if self.is_of_catalogue("GET"):
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
        return (
            bad_parameter(self.view.query_parameters())
            if self.method == "GET"
            else bad_body(self.get_request_serializer())
        )
