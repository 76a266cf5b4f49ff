"""The Swagger 2.0 document, made by drf-yasg from the views; what drf-yasg gets wrong is mended here, once.

The words of an operation are its section of the view's docstring (`list: …`, `patch: …`), or else all of it.
A view says what cannot be derived with a few attributes:
- `schema_tag`: the group of its operations.
- `schema_bodies`: serializers of bodies by method, where a method has one that usually has none.
- `schema_statuses`: the status of success by method, where it is not 200 (GET, PUT, PATCH), 201 (POST), 204 (DELETE).
- `schema_errors`: further error statuses by method.
- `schema_problems`: an exception by method and status, where the usual one makes no good example.
- `schema_examples` on a *serializer* or paginator: an example by field. A serializer's docstring describes the object,
  `help_text` a field.
- `response_serializer_class` on a *serializer*: the shape of the answer, where it is not the shape of the request.
"""

from ecommerce_backend.api.schema.document import SchemaGenerator, info
from ecommerce_backend.api.schema.operations import AutoSchema

__all__ = ["AutoSchema", "SchemaGenerator", "info"]
