"""One operation of the document: its words, and what it takes."""

import inspect
import re
from functools import cache
from typing import Any

from drf_yasg import openapi

from ecommerce_backend.api.filters import FIELDS_PARAM, fields_parameter
from ecommerce_backend.api.schema import headers
from ecommerce_backend.api.schema.fields import WordsInspector
from ecommerce_backend.api.schema.responses import ResponsesAutoSchema
from ecommerce_backend.api.serializers import StrictFieldsMixin


class AutoSchema(ResponsesAutoSchema):
    """One operation: real statuses, real bodies, every error, and a lock only where a token is needed."""

    field_inspectors = [WordsInspector, *ResponsesAutoSchema.field_inspectors]

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
        """The shape of the body: the view's own word for it; for PATCH, one in which nothing is required.

        It is by another name than that of the answer, in which `fields` may leave out what a body needs.
        """
        body = getattr(self.view, "schema_bodies", {}).get(self.method)
        serializer = body() if body else super().get_request_serializer()
        whole: Any = type(serializer)
        if self.method == "PATCH":
            serializer = _named(whole, f"Patched{whole.__name__}")()
            for field in serializer.fields.values():
                field.required = False
        elif self.is_of_catalogue("POST", "PUT") and not hasattr(whole, "response_serializer_class"):
            serializer = _named(whole, whole.__name__.replace("Serializer", "WriteSerializer"))()
        return serializer

    def get_tags(self, operation_keys: list[str] | None = None) -> list[str]:
        """The view's group."""
        return [self.view.schema_tag]

    def get_security(self) -> list[dict[str, list[str]]]:
        """The bearer token, or nothing where anybody may."""
        return [{"Bearer": []}] if self.needs_token() else []

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
        if self.is_of_catalogue("GET") and self.view.detail and FIELDS_PARAM in self.view.query_parameters():
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
        return self.is_of_catalogue("GET") and not self.view.detail

    def add_manual_parameters(self, parameters: list[openapi.Parameter]) -> list[openapi.Parameter]:
        """The parameters, and the headers that make a request conditional or repeatable."""
        return [*super().add_manual_parameters(parameters), *self._request_headers()]

    def _request_headers(self) -> list[openapi.Parameter]:
        if self.creates_once():
            return [headers.IDEMPOTENCY_KEY]
        if self.is_conditional("GET"):
            return [headers.IF_NONE_MATCH]
        return [headers.IF_MATCH] if self.is_conditional("PUT", "PATCH", "DELETE") else []


@cache
def _named(serializer_class: Any, name: str) -> Any:
    """The class by another name; the same one each time, as drf-yasg wants it."""
    return type(name, (serializer_class,), {"__doc__": serializer_class.__doc__})
