"""Pages of a list, by number."""

import re
from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from rest_framework import pagination
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

LAST_ROW = 100_000  # rows further down are not served by number: reaching them costs reading all before them

_WHOLE_NUMBER = re.compile(r"[0-9]{1,18}")  # ASCII digits only: int() also takes other scripts' and underscores


class PageNumberPagination(pagination.PageNumberPagination):
    """`page` is 1-based, `page_size` at most 100 (more is clamped). Cost: one count, one page.

    Raises: NotFound for a page that does not exist, ValidationError for a size that is no size and a row too deep.
    """

    page_size = 20
    page_size_query_param = "page_size"
    max_page_size = 100
    last_page_strings = ()
    page: Page[Any]
    invalid_page_message = "There is no such page."

    def get_page_size(self, request: Request) -> int:
        """The size asked for, clamped; the default when none was."""
        text = request.query_params.get(self.page_size_query_param, "")
        if not text:
            return self.page_size
        if not _WHOLE_NUMBER.fullmatch(text) or int(text) == 0:
            raise ValidationError({self.page_size_query_param: "Enter a whole number from 1 to 100."})
        return min(int(text), self.max_page_size)

    def get_page_number(self, request: Request, paginator: Paginator) -> int:
        """The page asked for; 0, which no list has, when it is no number."""
        text = request.query_params.get(self.page_query_param, "") or "1"
        number = int(text) if _WHOLE_NUMBER.fullmatch(text) else 0
        if not 1 <= number <= paginator.num_pages:
            raise NotFound(self.invalid_page_message)
        if (number - 1) * paginator.per_page >= LAST_ROW:
            raise ValidationError(
                {self.page_query_param: f"Pages beyond row {LAST_ROW:,} are not served. Narrow the list with filters."}
            )
        return number

    def get_paginated_response(self, data: Sequence[Any]) -> Response:
        """The envelope of contract and document."""
        paginator = self.page.paginator
        return Response(
            {
                "count": paginator.count,
                "count_is_estimate": False,
                "next": self.get_next_link(),
                "previous": self.get_previous_link(),
                "page": self.page.number,
                "page_size": paginator.per_page,
                "total_pages": paginator.num_pages,
                "results": data,
            }
        )

    def get_next_link(self) -> str | None:
        """The absolute URL of the next page that is served, or None."""
        if self.page.number * self.page.paginator.per_page >= LAST_ROW:
            return None
        return super().get_next_link()

    def get_paginated_response_schema(self, schema: Any) -> dict[str, Any]:
        """The envelope around `schema`, for the document."""
        link = {"type": "string", "format": "uri", "nullable": True}
        properties = {
            "count": {"type": "integer", "description": "Rows that match, on all pages."},
            "count_is_estimate": {"type": "boolean"},
            "next": link | {"description": "The next page, with the same filters; null on the last."},
            "previous": link | {"description": "The page before; null on the first."},
            "page": {"type": "integer", "minimum": 1},
            "page_size": {"type": "integer", "minimum": 1, "maximum": self.max_page_size},
            "total_pages": {"type": "integer", "minimum": 1},
            "results": schema,
        }
        return {"type": "object", "required": list(properties), "properties": properties}

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        """The query parameters, with their limits, for the document."""
        return [
            {
                "name": self.page_query_param,
                "in": "query",
                "description": "The page, counted from 1. A page out of range is 404.",
                "schema": {"type": "integer", "minimum": 1, "default": 1},
            },
            {
                "name": self.page_size_query_param,
                "in": "query",
                "description": "Rows on a page. More than 100 is taken as 100.",
                "schema": {"type": "integer", "minimum": 1, "default": self.page_size},
            },
        ]
