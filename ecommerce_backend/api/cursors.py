"""Pages of a list, by cursor: the values of the row that the last page ended with, so that any depth costs the same."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

from django.core import signing
from django.core.exceptions import FieldDoesNotExist
from django.db.models import F, Q, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from ecommerce_backend.api.pagination import CURSOR_PARAM, SizedPagination
from ecommerce_backend.api.uris import absolute_uri

# What may differ between two pages of one list.
_NOT_BOUND = {CURSOR_PARAM, "page_size", "fields"}


class Position(NamedTuple):
    """Where a page begins: after the row with these values of the ordering, or, `backwards`, before it.

    Without values it is the beginning of the list, or its end.
    """

    values: list[Any]
    backwards: bool


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
        self.position = self._read(queryset)
        start = _beyond(self.ordering, self.position) if self.position.values else Q()
        if self.position.backwards:
            queryset = queryset.reverse()
        limit = self.size + 1
        if hasattr(queryset, "rows_from"):
            rows = queryset.rows_from(start, limit)
        else:
            rows = list(queryset.filter(start)[:limit])
        self.has_more, self.rows = len(rows) > self.size, rows[: self.size]
        if self.position.backwards:
            self.rows.reverse()
        return self.rows

    def envelope(self, data: Sequence[Any]) -> dict[str, Any]:
        """The page as contract and document have it. Where all its rows are gone meanwhile, it leads to the others."""
        came_from_a_row, backwards = bool(self.position.values), self.position.backwards
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
        values = [getattr(row, name.lstrip("-")) for name in self.ordering] if row else []
        plain = [value.isoformat() if isinstance(value, datetime) else str(value) for value in values]
        cursor = signing.dumps([plain, backwards], salt=self._salt())
        return str(replace_query_param(absolute_uri(self.request), CURSOR_PARAM, cursor))

    def _read(self, queryset: QuerySet[Any]) -> Position:
        text = self.request.query_params[CURSOR_PARAM]
        if not text:
            return Position([], backwards=False)
        try:
            plain, backwards = signing.loads(text, salt=self._salt())
        except signing.BadSignature:
            message = "This is not a cursor of this list. Start again with a blank one."
            raise ValidationError({CURSOR_PARAM: [ErrorDetail(message, code="invalid")]}) from None
        names = [name.lstrip("-") for name in self.ordering] if plain else []
        return Position([_value(queryset, *pair) for pair in zip(names, plain, strict=True)], backwards)

    def _salt(self) -> str:
        """Says which list a cursor is of: two with other filters, or in another order, have different salts."""
        parameters = self.request.query_params.lists()
        bound = sorted((name, values) for name, values in parameters if name not in _NOT_BOUND)
        return "cursor" + sha256(repr([self.request.path, bound]).encode()).hexdigest()


def _value(queryset: QuerySet[Any], name: str, text: str) -> Any:
    if name in queryset.query.annotations:
        return queryset.query.annotations[name].output_field.to_python(text)
    try:
        return queryset.model._meta.get_field(name).to_python(text)
    except FieldDoesNotExist:
        return queryset.model._meta.pk.to_python(text)  # "pk"


def _beyond(ordering: list[str], position: Position) -> Q:
    """The condition that a row comes after the position, or, backwards, before it.

    Columns that run the same way are compared as one row, which one index can follow: (price, id) > (9, 7). Where the
    direction turns, it is that, or the same so far and beyond in what follows.
    """
    names = [name.lstrip("-") for name in ordering]
    descending = [name.startswith("-") != position.backwards for name in ordering]
    turn = next((index for index, down in enumerate(descending) if down != descending[0]), len(names))
    columns, values = names[:turn], position.values[:turn]
    lookup: Any = TupleLessThan if descending[0] else TupleGreaterThan
    beyond = Q(lookup(Tuple(*map(F, columns)), values)) if turn > 1 else _compare(columns[0], descending[0], values[0])
    if turn == len(names):
        return beyond
    rest = Position(position.values[turn:], position.backwards)
    same = Q(**dict(zip(columns, values, strict=True)))
    # The first part is implied by the rest, and what the index of the first column can follow.
    implied = Q(**{f"{names[0]}__{'lte' if descending[0] else 'gte'}": position.values[0]})
    return implied & (beyond | same & _beyond(ordering[turn:], rest))


def _compare(name: str, descending: bool, value: Any) -> Q:
    return Q(**{f"{name}__{'lt' if descending else 'gt'}": value})
