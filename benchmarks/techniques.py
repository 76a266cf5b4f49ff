"""What each technique of a lean read gains: `python -m benchmarks.techniques`, for docs/decisions/0011-lean-reads.md.

One request goes through the whole WSGI stack in this process, with one technique turned off at a time: milliseconds of
Python's processor time, and in all, the database's time included; each the best of some rounds. The database is the one
of the settings.
"""

import io
import math
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any
from unittest.mock import patch

os.environ |= {"DJANGO_SETTINGS_MODULE": "ecommerce_backend.settings", "LOG_LEVEL": "ERROR"}
os.environ |= {"THROTTLE_ANON": "", "THROTTLE_USER": "", "REDIS_URL": "", "ANSWER_CACHE_MB": "0"}

# What sets Django up comes first.
from ecommerce_backend.wsgi import application  # isort: split

import django_filters
from csp import middleware as csp
from django.db import connection
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.renderers import JSONRenderer
from rest_framework.views import APIView
from tqdm import tqdm

from ecommerce_backend import prepared
from ecommerce_backend.api import browser_middleware, caching, filters, viewsets
from ecommerce_backend.statements import value
from products import views
from products.models import Generation, Product
from products.models.derived import GenerationManager
from products.querysets import counts, pages, plans, tally

ROUNDS, REQUESTS, WARM_UP = 20, 50, 10
CASES = {
    "list": ("", False),
    "category by price": ("category=electronics&ordering=price", False),
    "304": ("", True),
}


def orm_page(queryset: Any, offset: int, limit: int) -> tuple[list[Any], int]:
    """A page as the ORM fetches it, and its count."""
    return list(queryset.started()[offset : offset + limit]), value(queryset.db, counts.counting(queryset))


def counted_apart(queryset: Any, offset: int, limit: int) -> tuple[list[Any], int]:
    """The first page, which an index has in order, and its count in a query of its own."""
    return plans.next_rows(queryset, limit, plans.MANY), value(queryset.db, counts.counting(queryset))


def serializer_rows(view: Any) -> Any:
    """A page as DRF makes it."""
    with patch.object(plans, "page", orm_page):
        page = view.paginate_queryset(view.filter_queryset(view.get_queryset()))
    return view.paginator.envelope(view.get_serializer(page, many=True).data)


def collected_anew(view: Any) -> Any:
    """The names of the parameters, collected for this request."""
    viewsets._QUERY_PARAMETERS.clear()
    return QUERY_PARAMETERS(view)


@contextmanager
def django_filters_own() -> Iterator[None]:
    """django-filter as it comes."""
    with (
        patch.object(filters.FilterSet, "__init__", django_filters.FilterSet.__init__),
        patch.object(filters.FilterSet, "get_form_class", django_filters.FilterSet.get_form_class),
        patch.object(filters.FilterBackend, "filter_queryset", DjangoFilterBackend.filter_queryset),
    ):
        yield


@contextmanager
def all_middleware() -> Iterator[None]:
    """Sessions, CSRF and the rest under /api/ as well."""
    skip = browser_middleware.OutsideTheAPI.__call__
    del browser_middleware.OutsideTheAPI.__call__
    try:
        yield
    finally:
        browser_middleware.OutsideTheAPI.__call__ = skip  # type: ignore[method-assign]


@contextmanager
def new_connections() -> Iterator[None]:
    """A connection for each request, as Django has it by default."""
    connection.close()
    with patch.dict(connection.settings_dict, CONN_MAX_AGE=0):
        yield
        connection.close()


@contextmanager
def nothing_prepared() -> Iterator[None]:
    """Every statement parsed and planned anew."""
    connection.close()
    with patch.object(prepared, "PREPARE_AT", sys.maxsize):
        yield
    connection.close()


def orm_generation(manager: Any, using: str = "default") -> Any:
    """The generation as the ORM asks for it."""
    return tuple(manager.using(using).order_by("id").values_list("id", "number"))


@contextmanager
def objects_of_all() -> Iterator[None]:
    """Prices and times as objects, of which text is made again."""
    statement = pages._FIRST_PAGE.replace("products_product.price::text", "products_product.price")
    for column in ("created_at", "updated_at"):
        statement = statement.replace(pages._MOMENT.format(column=column), f"products_product.{column}")
    with patch.object(pages, "_FIRST_PAGE", statement):
        yield


QUERY_PARAMETERS = viewsets.ModelViewSet.query_parameters
WITHOUT: dict[str, Callable[[], Any]] = {
    "(everything as it is)": nullcontext,
    "rows in SQL by hand": lambda: patch.object(plans, "page", orm_page),
    "rows in SQL by hand, shown by a function": lambda: patch.object(viewsets.ModelViewSet, "_page", serializer_rows),
    "prices and times as text": objects_of_all,
    "names of parameters collected once": lambda: patch.object(
        viewsets.ModelViewSet, "query_parameters", collected_anew
    ),
    "no middleware for browsers": all_middleware,
    "the policy for browsers put together once": lambda: patch.object(
        browser_middleware.CSPMiddleware, "process_response", csp.CSPMiddleware.process_response
    ),
    "form classes made once, none without filters": django_filters_own,
    "a page and its count in one query": lambda: patch.object(plans, "page", counted_apart),
    "the generation's statement by hand": lambda: patch.object(GenerationManager, "current", orm_generation),
    "the generation along with the page": lambda: patch.object(
        views.CatalogueViewSet, "shown", caching.CachedReadMixin.shown
    ),
    "prepared statements": nothing_prepared,
    "known answers before DRF": lambda: patch.object(caching.CachedReadMixin, "dispatch", APIView.dispatch),
    "persistent connections": new_connections,
    "JSON by orjson": lambda: patch.object(caching, "to_json", lambda data: JSONRenderer().render(data)),
}


def call(query: str, tag: str) -> str:
    """The ETag of the answer to one request. Raises: SystemExit when it is neither 200 nor 304."""
    environ: dict[str, Any] = {
        **{"REQUEST_METHOD": "GET", "SCRIPT_NAME": "", "PATH_INFO": "/api/products/", "QUERY_STRING": query},
        **{"SERVER_NAME": "127.0.0.1", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_HOST": "127.0.0.1"},
        **{"REMOTE_ADDR": "127.0.0.1", "wsgi.url_scheme": "http", "wsgi.version": (1, 0), "wsgi.errors": sys.stderr},
        **{"wsgi.input": io.BytesIO(), "wsgi.multithread": True, "wsgi.multiprocess": True, "wsgi.run_once": False},
        **({"HTTP_IF_NONE_MATCH": tag} if tag else {}),
    }
    answers: list[tuple[str, dict[str, str]]] = []
    response: Any = application(environ, lambda status, pairs: answers.append((status, dict(pairs))))
    body = b"".join(response)
    response.close()
    [(status, headers)] = answers
    if status not in ("200 OK", "304 Not Modified"):
        raise SystemExit(f"{status}, and not what is to be measured, is answered to ?{query}: {body.decode()}")
    return headers["ETag"]


def measured(query: str, *, known: bool) -> tuple[float, float]:
    """Milliseconds that a request takes: of processor time, and in all."""
    for _ in range(WARM_UP):
        tag = call(query, "")
    begun = time.process_time(), time.perf_counter()
    for _ in range(REQUESTS):
        call(query, tag if known else "")
    return 1000 * (time.process_time() - begun[0]) / REQUESTS, 1000 * (time.perf_counter() - begun[1]) / REQUESTS


def main() -> None:
    """Print the table."""
    print(f"Generation {Generation.objects.current()}, {tally.number_in_index(Product.objects.all()):,} products.")
    print(f"{'ms of processor time / in all, without':40}" + "".join(f"{case:>20}" for case in CASES))
    best = {(name, case): (math.inf, math.inf) for name in WITHOUT for case in CASES}
    for _ in tqdm(range(ROUNDS), unit="round", disable=None):
        for name, turn_off in WITHOUT.items():  # in turn, since a machine is quicker at times than at others
            with turn_off():
                for case, (query, known) in CASES.items():
                    processor, everything = measured(query, known=known)
                    best[name, case] = min(best[name, case][0], processor), min(best[name, case][1], everything)
    for name in WITHOUT:
        figures = (" / ".join(f"{each:.2f}" for each in best[name, case]) for case in CASES)
        print(f"{name:40}" + "".join(f"{figure:>20}" for figure in figures))


if __name__ == "__main__":
    main()
