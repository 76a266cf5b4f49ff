"""What every view that needs a user does before it asks who that is."""

from typing import Any

from rest_framework.exceptions import MethodNotAllowed, UnsupportedMediaType
from rest_framework.request import Request
from rest_framework.views import APIView


class MethodFirstMixin(APIView):
    """405 before 401: a method that nobody may use is not a question of who asks. DRF has it the other way round.

    A body of another type is 415, an empty one too: DRF looks at the type of what has a length only.
    """

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Raises: MethodNotAllowed, then what DRF raises for who asks, then UnsupportedMediaType."""
        method = (request.method or "").lower()
        if method not in self.http_method_names or not hasattr(self, method):
            raise MethodNotAllowed(request.method or "")
        super().initial(request, *args, **kwargs)
        negotiation, parsers = self.get_content_negotiator(), self.get_parsers()
        sends = request.method in ("POST", "PUT", "PATCH") and request.content_type
        if sends and not negotiation.select_parser(request, parsers):
            raise UnsupportedMediaType(request.content_type)
