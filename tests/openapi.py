"""Reads the Swagger document as a client would: what is there, and whether an answer is what it promises."""

import re
from typing import Any

from jsonschema import Draft4Validator


class Document:
    """A Swagger 2.0 document."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.data = data

    @property
    def operations(self) -> dict[tuple[str, str], dict[str, Any]]:
        """Every operation by method and path template."""
        return {
            (method.upper(), path): operation
            for path, item in self.data["paths"].items()
            for method, operation in item.items()
            if method != "parameters"
        }

    def operation(self, method: str, path: str) -> dict[str, Any]:
        """The operation that serves the real path `path`."""
        matches = [
            operation
            for (its_method, template), operation in sorted(self.operations.items(), key=lambda item: "{" in item[0][1])
            if its_method == method and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path)
        ]
        assert matches, f"{method} {path} is not documented"
        return matches[0]

    def check(self, response: Any) -> None:
        """The answer's status is documented, and its body has exactly the documented shape."""
        request = response.wsgi_request
        operation = self.operation(request.method, request.path)
        status = str(response.status_code)
        assert status in operation["responses"], f"{request.method} {request.path} does not document {status}"
        schema = operation["responses"][status].get("schema")
        if schema is None:
            assert response.content == b""
        else:
            Draft4Validator(self._strict(schema)).validate(response.json())

    def _strict(self, schema: Any) -> Any:
        """The schema with references resolved, `x-nullable` as JSON Schema has it, and no properties but its own."""
        if isinstance(schema, list):
            return [self._strict(item) for item in schema]
        if not isinstance(schema, dict):
            return schema
        if "$ref" in schema:
            return self._strict(self.data["definitions"][schema["$ref"].rsplit("/", 1)[-1]])
        strict = {name: self._strict(value) for name, value in schema.items()}
        if isinstance(strict.get("properties"), dict) and strict.get("type") == "object":
            strict.setdefault("additionalProperties", False)
        return {"anyOf": [strict, {"type": "null"}]} if strict.pop("x-nullable", False) else strict
