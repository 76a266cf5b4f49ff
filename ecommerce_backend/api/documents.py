"""The API's document: as pages for people, and as files for tools that read them from an address (`make generate`)."""

from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import condition
from rest_framework.permissions import AllowAny
from rest_framework.request import Request

from ecommerce_backend.api.conditional import content_tag, is_known
from ecommerce_backend.api.views import read_only

MOST_MADE = 16  # documents of 0.2 MB, for the few addresses that this server is known by

_made: dict[tuple[str, str], tuple[bytes, str]] = {}  # with their tags

# What the Postman environment takes for the server; see clients/postman.js.
_MADE_FOR = b"http://127.0.0.1:8000"


@lru_cache(MOST_MADE)
def _file(name: str, address: str) -> tuple[bytes, str]:
    content = (Path(settings.BASE_DIR) / name).read_bytes().replace(_MADE_FOR, address.encode())
    return content, content_tag(content)


def _file_for(request: HttpRequest, name: str) -> tuple[bytes, str]:
    return _file(name, request.build_absolute_uri("/").rstrip("/"))


@read_only
@cache_control(public=True, no_cache=True)
@condition(etag_func=lambda request, name: _file_for(request, name)[1])
def document(request: HttpRequest, name: str) -> HttpResponse:
    """The file `name` of the project, for the server that is asked, or 304. Cost: mostly none."""
    return HttpResponse(_file_for(request, name)[0], content_type="application/json")


def schema_page(ui: str = "") -> Callable[..., HttpResponse]:
    """A view of the document: in a page by the name of `ui`, or as it is."""

    @csrf_exempt  # nothing is written
    def page(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        view = _schema_view()
        answer: HttpResponse = (view.with_ui(ui) if ui else view.without_ui())(request, **kwargs)
        return answer

    return page


@cache
def _schema_view() -> Any:
    from drf_yasg.views import get_schema_view  # 4 MB, which no worker needs that nobody asks for a page

    class SchemaView(get_schema_view(public=True, authentication_classes=[], permission_classes=[AllowAny])):  # type: ignore[misc]
        """drf-yasg's, which would make the document anew each time: 0.2 s."""

        def get(self, request: Request, version: str = "", format: str | None = None) -> HttpResponseBase:
            """A page; or the document, the same for everybody who asks for it at this address, or 304."""
            renderer: Any = request.accepted_renderer
            if not hasattr(renderer, "codec_class"):
                page: HttpResponseBase = super().get(request, version, format)
                return page
            key = renderer.format, request.build_absolute_uri(request.path)
            made = _made.get(key)
            if made is None:
                content = renderer.render(super().get(request, version, format).data)
                made = content, content_tag(content)
                if len(_made) >= MOST_MADE:
                    _made.clear()
                _made[key] = made
            content, tag = made
            answer = HttpResponse(status=304) if is_known(request, tag) else HttpResponse(content)
            answer["Content-Type"] = f"{renderer.media_type}; charset={renderer.charset}"
            answer["Cache-Control"], answer["ETag"] = "public, no-cache", tag
            return answer

    return SchemaView
