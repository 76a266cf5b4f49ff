"""Reads that are answered as they were last time, for as long as nothing has changed.

Everything hangs on a generation: numbers, one of which moves in the transaction of every change. It is read before the
data, or along with them, so what is kept under it is never older than it says. Whatever happens to the cache, answers
stay right and get slower.
Source: docs/decisions/0010-conditional-reads.md.
"""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import DEFAULT_DB_ALIAS
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.views import APIView

from ecommerce_backend import caches, replicas
from ecommerce_backend.api import kept
from ecommerce_backend.api.conditional import conditional_response, entity_tag, is_known, known_or_body, list_tag
from ecommerce_backend.api.edition import edition
from ecommerce_backend.api.renderers import to_json
from ecommerce_backend.api.uris import absolute_uri

# Of the WSGI environment: the generation that an answer shows, for the cache in front of Django.
GENERATION = "ecommerce_backend.generation"


class CachedReadMixin(APIView):
    """For views with a `generation`: ETags and 304, and answers from the cache when there is one.

    When the generation is read:

    - before DRF, by itself: of an anonymous read, where it may spare making the answer; that is with a cache, replicas
      or If-None-Match. `key` says so.
    - before the data, by itself: of a list with a token, with a cache or If-None-Match.
    - along with the data (`shown`): of any other list, and of an anonymous read of one object, for the memory of the
      worker.
    - never: of one object with a token. Its ETag is made of its content.
    """

    key: str | None = None  # of an anonymous read that was looked for in vain, and has to be made

    def generation(self, using: str = DEFAULT_DB_ALIAS) -> replicas.Position:
        """Numbers of which one grows with every change of what the view shows, as that database has them."""
        raise NotImplementedError

    def shown(self, make: Callable[[], Any]) -> tuple[Any, replicas.Position]:
        """What `make` returns, and the generation that it shows. Override it where both can be had at once."""
        generation = self.generation()  # first: what is made afterwards is no older
        return make(), generation

    def made(self, make: Callable[[], Any]) -> Any:
        """What `make` returns. An anonymous read is made on a replica that has come as far as the primary."""
        if self.key is not None:
            return replicas.read(make, wanted=self.request.META[GENERATION], position=self.generation)
        if "Authorization" in self.request.headers or not settings.ANSWER_CACHE_BYTES:
            return make()
        made, self.request.META[GENERATION] = self.shown(make)  # for the cache in front of Django
        return made

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """An anonymous read that is known or kept is answered before DRF looks at it, once it is counted.

        Cost: with a cache, replicas or If-None-Match, the generation; a look; what the limits cost. Raises: Throttled.
        """
        anonymous_read = request.method in ("GET", "HEAD") and "Authorization" not in request.headers
        worth_knowing = caches.is_enabled() or settings.DATABASE_ROUTERS
        if anonymous_read and (worth_knowing or "If-None-Match" in request.headers):
            self.key = self._key_by_now(request)
            if answer := _from_before(request, self.key):
                self._count(request)
                return answer
        return super().dispatch(request, *args, **kwargs)

    def answer_list(self, request: Request, make: Callable[[], Any]) -> HttpResponse:
        """304, or the data that `make` returns, or did for this generation."""
        if self.key is None and not caches.is_enabled() and "If-None-Match" not in request.headers:
            data, generation = self.shown(make)  # nothing to compare with: one query less
            request.META[GENERATION] = generation
            tag = list_tag(_key(generation, request._request))
            return conditional_response(200, tag, to_json(data))
        key = self.key or self._key_by_now(request._request)
        tag = list_tag(key)
        if _is_named(request, tag):
            return conditional_response(304, tag)
        tag, body = kept.find_or_make(key, lambda: (tag, to_json(self.made(make))), looked=self.key is not None)
        return known_or_body(request, tag, body)

    def answer_one(self, request: Request, shown: dict[str, Any], fields: set[str] | None) -> HttpResponse:
        """304, or those keys of `shown` that were asked for. The ETag is of all of it, and good for If-Match."""
        tag = entity_tag(shown)
        parts = {name: shown[name] for name in shown if not fields or name in fields}
        body = to_json(parts)
        if self.key is not None:
            kept.keep(self.key, tag, body)
        return known_or_body(request, tag, body)

    def _key_by_now(self, request: HttpRequest) -> str:
        """The key for the generation that there is, which is noted. Cost: that of the generation."""
        generation = self.generation()
        request.META[GENERATION] = generation
        return _key(generation, request)

    def _count(self, request: HttpRequest) -> None:
        counted = Request(request)
        counted.user = AnonymousUser()
        self.check_throttles(counted)


def _key(generation: replicas.Position, request: HttpRequest) -> str:
    return sha256(f"{edition()} {generation} {absolute_uri(request)}".encode()).hexdigest()


def _from_before(request: HttpRequest, key: str) -> HttpResponse | None:
    """What is known to the client, or kept under `key`; None when it is neither."""
    tag = list_tag(key)
    if _is_named(request, tag):
        return conditional_response(304, tag)
    found = kept.find(key)
    return None if found is None else known_or_body(request, *found)


def _is_named(request: HttpRequest | Request, tag: str) -> bool:
    """Whether the client has this content, by its tag. Where any will do, there may be none: it is made first."""
    return request.headers.get("If-None-Match") != "*" and is_known(request, tag)
