"""What views have in common before they do what they are for."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from rest_framework.exceptions import MethodNotAllowed, UnsupportedMediaType
from rest_framework.request import Request
from rest_framework.views import APIView

from ecommerce_backend.api.problems import problem_response


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
        sends = request.method in ("POST", "PUT", "PATCH") and request.content_type
        if sends and not self.get_content_negotiator().select_parser(request, self.get_parsers()):
            raise UnsupportedMediaType(request.content_type)


def read_only(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A plain Django view for GET and HEAD; another method is 405 in the shape of every error."""

    @csrf_exempt  # nothing is written
    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method in ("GET", "HEAD"):
            return view(request, *args, **kwargs)
        refusal = problem_response(MethodNotAllowed(request.method or ""))
        refusal["Allow"] = "GET, HEAD"
        return refusal

    return checked
