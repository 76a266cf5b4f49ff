"""Pages of a list, by number."""

import re
from collections.abc import Sequence
from math import ceil
from typing import Any

from django.db.models import QuerySet
from rest_framework import pagination
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.utils.urls import remove_query_param, replace_query_param
from rest_framework.views import APIView

from ecommerce_backend.api.uris import absolute_uri

CURSOR_PARAM = "cursor"
LAST_ROW = 100_000  # rows further down are not served by number: to reach them all before them may have to be read

# ASCII digits only: int() also takes those of other scripts, and underscores. More than MOST_DIGITS it refuses.
_WHOLE_NUMBER = re.compile(r"[0-9]+")
MOST_DIGITS = 4_000


class SizedPagination(pagination.BasePagination):
    """`page_size`, at most 100 (more is clamped)."""

    page_size = 20
    page_size_query_param = "page_size"
    max_page_size = 100
    request: Request

    def get_page_size(self, request: Request) -> int:
        """The size asked for, clamped; the default when none was. Raises: ValidationError for what is no size."""
        text = request.query_params.get(self.page_size_query_param, "")
        if not text:
            return self.page_size
        size = _positive(text)
        if size is None:
            raise ValidationError({self.page_size_query_param: "Enter a whole number from 1 to 100."})
        return min(size, self.max_page_size)

    def check(self, request: Request, view: Any) -> None:
        """Raises: ValidationError for a size that is none."""
        self.get_page_size(request)

    def envelope(self, data: Sequence[Any]) -> dict[str, Any]:
        """The page around its rows."""
        raise NotImplementedError


class PageNumberPagination(SizedPagination):
    """`page` is 1-based. Cost: one count and one page, or what the queryset's own `page` costs.

    A queryset that knows better than to count and slice has a method `page(offset, limit)`, whose answer has `rows`,
    `count` and `is_estimate`.

    Raises: NotFound for a page that does not exist, ValidationError for a size that is no size and a row too deep.
    """

    schema_examples = {
        "count": 289,
        "count_is_estimate": False,
        "next": "https://shop.example.com/api/products/?page=3",
        "previous": "https://shop.example.com/api/products/",
        "page": 2,
        "page_size": 20,
        "total_pages": 15,
    }

    page_query_param = "page"
    invalid_page_message = "There is no such page."

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> list[Any]:
        """The rows of the page asked for."""
        self.request = request
        self.size = self.get_page_size(request)
        self.number = self._page_number(request)
        offset = (self.number - 1) * self.size
        if offset >= LAST_ROW:
            self._refuse_deep_row(queryset, offset)
        rows, self.count, self.is_estimate = _page(queryset, offset, self.size)
        if self.number > 1 and not rows:
            raise NotFound(self.invalid_page_message)
        return rows

    def _page_number(self, request: Request) -> int:
        number = _positive(request.query_params.get(self.page_query_param, "") or "1")
        if number is None:
            raise NotFound(self.invalid_page_message)
        return number

    def _refuse_deep_row(self, queryset: QuerySet[Any], offset: int) -> None:
        if offset >= _page(queryset, 0, 1)[1]:
            raise NotFound(self.invalid_page_message)
        message = (
            f"Pages beyond row {LAST_ROW:,} are not served: use `{CURSOR_PARAM}`, or narrow the list with filters."
        )
        raise ValidationError({self.page_query_param: message})

    def envelope(self, data: Sequence[Any]) -> dict[str, Any]:
        """The page as contract and document have it."""
        pages = max(1, ceil(self.count / self.size))
        more = self.number < pages and self.number * self.size < LAST_ROW
        return {
            "count": self.count,
            "count_is_estimate": self.is_estimate,
            "next": self._link(self.number + 1) if more else None,
            "previous": self._link(self.number - 1) if self.number > 1 else None,
            "page": self.number,
            "page_size": self.size,
            "total_pages": pages,
            "results": data,
        }

    def _link(self, number: int) -> str:
        url = absolute_uri(self.request)
        if number == 1:
            return str(remove_query_param(url, self.page_query_param))
        return str(replace_query_param(url, self.page_query_param, number))

    def get_paginated_response_schema(self, schema: Any) -> dict[str, Any]:
        """The envelope around `schema`, for the document."""
        integer, link = {"type": "integer"}, {"type": "string", "format": "uri", "nullable": True}
        properties = {
            "count": integer | {"description": "Rows that match, on all pages. Not with `cursor`."},
            "count_is_estimate": {
                "type": "boolean",
                "description": "Whether `count` is about right only; over 10,000 matches of a search it may be.",
            },
            "next": link | {"description": "The next page, with the same filters; null on the last."},
            "previous": link | {"description": "The page before; null on the first."},
            "page": integer | {"minimum": 1, "description": "Which page this is. Not with `cursor`."},
            "page_size": integer | {"minimum": 1, "maximum": self.max_page_size, "description": "Rows on a full page."},
            "total_pages": integer | {"minimum": 1, "description": "How many pages there are. Not with `cursor`."},
            "results": schema,
        }
        with_cursor = ["next", "previous", "page_size", "results"]
        return {"type": "object", "required": with_cursor, "properties": properties}

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        """The query parameters, with their limits, for the document."""
        return [
            {
                "name": self.page_query_param,
                "in": "query",
                # No "default": Swagger UI and generated clients would send it along with a cursor, which is 400.
                "description": "The page, counted from 1; the first when it is not given. Out of range it is 404.",
                "schema": {"type": "integer", "minimum": 1},
            },
            {
                "name": self.page_size_query_param,
                "in": "query",
                "description": "Rows on a page. More than 100 is taken as 100.",
                "schema": {"type": "integer", "minimum": 1, "default": self.page_size},
            },
            {
                "name": CURSOR_PARAM,
                "in": "query",
                "description": "Paging of constant cost at any depth, instead of `page`. Start with a blank `cursor=`, "
                "then follow `next` and `previous`. The answer has no counts and page numbers.",
                "schema": {"type": "string"},
            },
        ]


def _positive(text: str) -> int | None:
    """The whole number from 1 on that this is, or one as large as can be read; None when it is none."""
    number = int(text[:MOST_DIGITS]) if _WHOLE_NUMBER.fullmatch(text) else 0
    return number or None


def _page(queryset: Any, offset: int, limit: int) -> tuple[list[Any], int, bool]:
    if hasattr(queryset, "page"):
        page = queryset.page(offset, limit)
        return page.rows, page.count, page.is_estimate
    rows = list(queryset[offset : offset + limit])
    is_whole = not offset and len(rows) < limit
    return rows, len(rows) if is_whole else queryset.count(), False
