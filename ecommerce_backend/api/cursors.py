"""Pages of a list, by signed cursors."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.core import signing
from django.core.exceptions import FieldDoesNotExist
from django.db.models import QuerySet
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from ecommerce_backend.api.keyset import PageStart
from ecommerce_backend.api.pagination import CURSOR_PARAM, SizedPagination
from ecommerce_backend.api.uris import absolute_uri

# What may differ between two pages of one list.
_NOT_BOUND = {CURSOR_PARAM, "page", "page_size", "fields"}


class CursorPagination(SizedPagination):
    """`cursor=` starts, `next` and `previous` lead on, in every ordering that ends in a unique column.

    Cursors are signed, and good for the list that they came from: with other filters or another order they are refused.
    DRF's own pages by the first column of an ordering only, and reads an offset from what the client sends.

    Cost: one query, along the index of the ordering, or that of the queryset's own `rows_from`. Raises:
    ValidationError for an invalid cursor.
    """

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> list[Any]:
        """The rows of the page."""
        self.request = request
        self.size = self.get_page_size(request)
        self.ordering = [str(name) for name in queryset.query.order_by or queryset.model._meta.ordering or ()]
        self.start = self._read(queryset)
        if self.start.backwards:
            queryset = queryset.reverse()
        limit = self.size + 1
        if hasattr(queryset, "rows_from"):
            rows = queryset.rows_from(self.start, limit)
        else:
            rows = list(queryset.filter(self.start.condition())[:limit])
        self.has_more, self.rows = len(rows) > self.size, rows[: self.size]
        if self.start.backwards:
            self.rows.reverse()
        return self.rows

    def envelope(self, data: Sequence[Any]) -> dict[str, Any]:
        """The page as contract and document have it. Where all its rows are gone meanwhile, it leads to the others."""
        came_from_a_row, backwards = bool(self.start.values), self.start.backwards
        following = came_from_a_row if backwards else self.has_more
        preceding = self.has_more if backwards else came_from_a_row
        first, last = (self.rows[0], self.rows[-1]) if self.rows else (None, None)
        return {
            "next": self._link(last, backwards=False) if following else None,
            "previous": self._link(first, backwards=True) if preceding else None,
            "page_size": self.size,
            "results": data,
        }

    def _link(self, row: Any | None, *, backwards: bool) -> str:
        """Where to go on after the row, or before it; without one, at the beginning of the list, or from its end."""
        values = [getattr(row, name) for name in self.start.names] if row else []
        plain = [value.isoformat() if isinstance(value, datetime) else str(value) for value in values]
        cursor = signing.dumps([plain, backwards], salt=self._salt())
        return str(replace_query_param(absolute_uri(self.request), CURSOR_PARAM, cursor))

    def _read(self, queryset: QuerySet[Any]) -> PageStart:
        text = self.request.query_params[CURSOR_PARAM]
        if not text:
            return PageStart(self.ordering, [], backwards=False)
        try:
            plain, backwards = signing.loads(text, salt=self._salt())
        except signing.BadSignature:
            message = "This is not a cursor of this list. Start again with a blank one."
            raise ValidationError({CURSOR_PARAM: [ErrorDetail(message, code="invalid")]}) from None
        names = [name.lstrip("-") for name in self.ordering] if plain else []
        values = [_value(queryset, *pair) for pair in zip(names, plain, strict=True)]
        return PageStart(self.ordering, values, backwards)

    def _salt(self) -> str:
        """Says which list a cursor is of: two with other filters, or in another order, have different salts."""
        parameters = self.request.query_params.lists()
        given = ((name, [value for value in values if value]) for name, values in parameters if name not in _NOT_BOUND)
        bound = sorted((name, values) for name, values in given if values)  # a blank one counts as not given
        return "cursor" + sha256(repr([self.request.path, bound]).encode()).hexdigest()


def _value(queryset: QuerySet[Any], name: str, text: str) -> Any:
    if name in queryset.query.annotations:
        return queryset.query.annotations[name].output_field.to_python(text)
    try:
        return queryset.model._meta.get_field(name).to_python(text)
    except FieldDoesNotExist:
        return queryset.model._meta.pk.to_python(text)  # "pk"
