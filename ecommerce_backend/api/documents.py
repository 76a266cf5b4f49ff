"""Files that are made from the API's document, for tools that read them from an address: `make generate`."""

from functools import cache
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition

from ecommerce_backend.api.views import read_only


@cache
def _read(name: str) -> tuple[str, bytes]:
    content = (Path(settings.BASE_DIR) / name).read_bytes()
    return f'"{sha256(content).hexdigest()[:32]}"', content


@read_only
@cache_control(public=True, no_cache=True)
@condition(etag_func=lambda _request, name: _read(name)[0])
def document(request: HttpRequest, name: str) -> HttpResponse:
    """The file `name` of the project, or 304. Cost: read once in a process."""
    return HttpResponse(_read(name)[1], content_type="application/json")
