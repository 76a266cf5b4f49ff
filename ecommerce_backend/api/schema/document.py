"""The document as a whole: what it is about, how to sign in, what an object may hold."""

from typing import Any

from drf_yasg import openapi
from drf_yasg.generators import OpenAPISchemaGenerator

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
