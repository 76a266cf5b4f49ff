"""The document as a whole: what it is about, its order, how to sign in, what an object may hold."""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from drf_yasg import openapi
from drf_yasg.generators import OpenAPISchemaGenerator

from ecommerce_backend.api.filters import FIELDS_PARAM

# In the order in which somebody needs them who comes for the first time.
TAGS = {
    "Accounts": "Register, log in, stay logged in; look after your account.",
    "Products": "Everybody reads; catalogue editors write.",
    "Categories": "The shelves of the shop. Everybody reads; catalogue editors write.",
    "Index": "Where everything is.",
    "Health": "For whatever watches over the server.",
}

info = openapi.Info(
    title="E-commerce catalogue API",
    default_version="v1",
    description=(
        "Products and categories of a shop, in PostgreSQL: read by everybody, written by catalogue editors.\n\n"
        "1. Reading needs nothing. Writing does: what has a lock wants an access token.\n"
        "2. **Sign in** with name and password at the top of the Swagger page, which then sends the token along. "
        "`make run` prints the password of an editor, who may write; `POST /api/register/` makes an account that "
        "reads.\n"
        "3. In a program: `POST /api/token/` answers `access` and `refresh`; send `Authorization: Bearer <access>`, "
        "and when that ends, by default after 15 minutes, spend the other at `POST /api/token/refresh/` for a new "
        "pair.\n"
        "4. Every error, 405 and 500 among them, has one shape, `application/problem+json`: see *Problem*. Every "
        "answer has an `X-Request-ID`, to quote when something is wrong.\n\n"
        "A path works without its trailing slash too."
    ),
)


class SchemaGenerator(OpenAPISchemaGenerator):
    """Describes how to sign in, and the last part of an object's path where its model cannot."""

    def get_schema(self, request: Any = None, public: bool = False) -> openapi.Swagger:
        """The document. Objects have the properties that are listed and no others, unless their serializer says so.

        Answers always have all of them, where no `fields` may be asked for.
        """
        document = super().get_schema(request, public)
        document["tags"] = [{"name": name, "description": words} for name, words in TAGS.items()]
        operations = [operation for path in document.paths.values() for _, operation in path.operations]
        sent, in_parts = set(_sent(operations)), set(_shown_in_parts(operations))
        for name, definition in document.definitions.items():
            if definition.type == openapi.TYPE_OBJECT:
                definition.setdefault("additionalProperties", False)
            if name in in_parts:
                definition.pop("required", None)
            elif definition.properties and name not in sent and name != "Problem":
                definition["required"] = list(definition.properties)
        return document

    def get_paths_object(self, paths: dict[str, openapi.PathItem]) -> openapi.Paths:
        """The paths: by group, in a group as the URLs are listed, the views of one class by path."""
        views = list(_view_classes(get_resolver().url_patterns))
        return super().get_paths_object(
            dict(sorted(paths.items(), key=lambda item: (_place(item[1]), views.index(self._views[item[0]]), item[0])))
        )

    def get_endpoints(self, request: Any) -> dict[str, Any]:
        """drf-yasg's, whose classes are kept for the order of the paths."""
        endpoints: dict[str, Any] = super().get_endpoints(request)
        self._views = {path: view for path, (view, _) in endpoints.items()}
        return endpoints

    def get_security_definitions(self) -> dict[str, Any]:
        """The bearer token, as Swagger 2.0 can say it: a header."""
        words = (
            "The `access` of what `POST /api/token/` answers. Paste it as it is: Swagger puts `Bearer ` before it. "
            "A program sends the header `Authorization: Bearer <access>`."
        )
        return {"Bearer": {"type": "apiKey", "name": "Authorization", "in": "header", "description": words}}

    def get_path_parameters(self, path: str, view_cls: Any) -> list[openapi.Parameter]:
        """drf-yasg's, with the view's `lookup_description`."""
        parameters = super().get_path_parameters(path, view_cls)
        for parameter in parameters:
            parameter.description = getattr(view_cls, "lookup_description", None) or parameter.get("description")
        return parameters


def _place(item: openapi.PathItem) -> int:
    """Which of the groups a path is in."""
    [tag] = item.operations[0][1].tags
    return list(TAGS).index(tag)


def _sent(operations: list[openapi.Operation]) -> Iterator[str]:
    """The definitions of bodies."""
    for operation in operations:
        for parameter in operation.parameters:
            if parameter.in_ == openapi.IN_BODY:
                yield _name(parameter.schema)


def _shown_in_parts(operations: list[openapi.Operation]) -> Iterator[str]:
    """The definitions of what is shown with the `fields` that are asked for."""
    for operation in operations:
        if any(parameter.name == FIELDS_PARAM for parameter in operation.parameters):
            shown = operation.responses["200"].schema
            yield _name(shown if "$ref" in shown else shown.properties["results"].items_)


def _name(reference: openapi.SchemaRef) -> str:
    return str(reference["$ref"]).rpartition("/")[2]


def _view_classes(patterns: list[Any]) -> Iterator[type]:
    """Every class of views, in the order of the URLs."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _view_classes(pattern.url_patterns)
        elif isinstance(pattern, URLPattern) and hasattr(pattern.callback, "cls"):
            yield pattern.callback.cls
