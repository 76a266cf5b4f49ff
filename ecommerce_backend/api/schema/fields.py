"""What one field of a body or an answer says about itself."""

from typing import Any

from drf_yasg import openapi
from drf_yasg.inspectors import FieldInspector
from rest_framework.serializers import Serializer


class WordsInspector(FieldInspector):
    """Adds a serializer's docstring and the examples in its `schema_examples`; mends Python's own patterns."""

    def process_result(self, result: Any, method_name: str, obj: Any, **kwargs: Any) -> Any:
        """`result`, with what the serializer has to say. An object that is referred to can say nothing of its place."""
        if isinstance(result, openapi.SchemaRef) and isinstance(obj, Serializer):
            result.resolve(self.components).setdefault("description", " ".join((type(obj).__doc__ or "").split()))
        elif isinstance(result, openapi.Schema):
            examples = getattr(obj.parent, "schema_examples", {})
            if obj.field_name in examples:
                result["example"] = examples[obj.field_name]
            if "pattern" in result:
                result["pattern"] = result["pattern"].replace(r"\A", "^")  # JavaScript takes it for the letter A
        return result
