"""The base of the project's viewsets."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from rest_framework import viewsets
from rest_framework.exceptions import ValidationError
from rest_framework.filters import BaseFilterBackend
from rest_framework.pagination import BasePagination
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from ecommerce_backend.api.audit import acting
from ecommerce_backend.api.caching import CachedReadMixin
from ecommerce_backend.api.conditional import check_preconditions, entity_tag, tagged
from ecommerce_backend.api.cursors import CursorPagination
from ecommerce_backend.api.filters import (
    FIELDS_PARAM,
    FieldsFilter,
    FilterBackend,
    OrderingFilter,
    check_query_parameters,
    requested_fields,
)
from ecommerce_backend.api.idempotency import IdempotentCreateMixin
from ecommerce_backend.api.pagination import CURSOR_PARAM, PageNumberPagination
from ecommerce_backend.api.throttling import client_address
from ecommerce_backend.api.views import MethodFirstMixin

_QUERY_PARAMETERS: dict[tuple[type, str], list[str]] = {}


class ModelViewSet(MethodFirstMixin, CachedReadMixin, IdempotentCreateMixin, viewsets.ModelViewSet):
    """DRF's, with honest query parameters, the `fields` parameter, conditional requests, and keys for a second POST.

    A write locks its row, so that nothing changes between the look at If-Match and the change. Who writes is handed to
    the audit log.

    Set `filterset_class`, `ordering_fields`, and `repeatable_parameters` for the filters that may be given twice. Each
    filter backend, and the paginator, has a `check` that raises what is wrong with its own parameters.
    """

    filter_backends: tuple[type[BaseFilterBackend], ...] = (FilterBackend, OrderingFilter, FieldsFilter)
    repeatable_parameters: frozenset[str] = frozenset()

    @property
    def paginator(self) -> BasePagination | None:
        """Pages by number, or by cursor when the request has one."""
        if self.pagination_class is None or CURSOR_PARAM not in getattr(self.request, "query_params", ()):
            return super().paginator
        if not isinstance(getattr(self, "_paginator", None), CursorPagination):
            self._paginator = CursorPagination()
        return self._paginator

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse what the view does not take, before it does anything. Raises: ValidationError."""
        super().initial(request, *args, **kwargs)
        if request.method in ("GET", "HEAD"):
            self._check_query_parameters()

    def handle_exception(self, exc: Exception) -> Response:
        """For a list: what is wrong with any of its parameters (but the cursor), not only the first that was read."""
        if isinstance(exc, ValidationError) and self.request.method in ("GET", "HEAD") and not self.detail:
            exc = self._with_every_fault(exc)
        return super().handle_exception(exc)

    def _with_every_fault(self, exc: ValidationError) -> ValidationError:
        parts: list[Any] = [backend() for backend in self.filter_backends]
        parts += [self.paginator] if self.paginator else []
        checks: list[Callable[[], None]] = [partial(part.check, self.request, self) for part in parts]
        faults: list[Any] = [exc]
        for check in [*checks, self._check_query_parameters]:
            try:
                check()
            except ValidationError as fault:
                faults.append(fault)
        return ValidationError({name: details for fault in faults for name, details in fault.detail.items()})

    def _check_query_parameters(self) -> None:
        repeatable = {*self.repeatable_parameters, FIELDS_PARAM, OrderingFilter.ordering_param}
        check_query_parameters(self.request, allowed=self.query_parameters(), repeatable=repeatable)

    def query_parameters(self) -> list[str]:
        """The names that a read of this view takes. Cost: collected once for each action, from what documents them."""
        if self.detail:
            return [FIELDS_PARAM]
        known = _QUERY_PARAMETERS.get((type(self), self.action))
        if known is None:
            parts = [backend().get_schema_operation_parameters(self) for backend in self.filter_backends]
            if self.pagination_class is not None:
                parts.append(PageNumberPagination().get_schema_operation_parameters(self))
            known = [parameter["name"] for part in parts for parameter in part]
            _QUERY_PARAMETERS[type(self), self.action] = known
        return known

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Filters are for lists: one object is found by its URL alone."""
        return queryset if self.detail else super().filter_queryset(queryset)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:  # type: ignore[override]
        """A page with its ETag, or 304 without a body."""
        return self.answer_list(request, self._page)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:  # type: ignore[override]
        """The object with its ETag, which is good for If-Match, or 304 without a body."""
        wanted = requested_fields(request, self.field_names())
        return self.answer_one(request, self.made(lambda: self.representation(self.get_object())), wanted)

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """201 with the new object, its ETag and its Location."""
        with transaction.atomic(), self._acting():
            return tagged(super().create(request, *args, **kwargs))

    def update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """200 with the object and its new ETag. Raises: PreconditionFailed."""
        with transaction.atomic(), self._acting():
            return tagged(super().update(request, *args, **kwargs))

    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """204. Raises: PreconditionFailed."""
        with transaction.atomic(), self._acting():
            return super().destroy(request, *args, **kwargs)

    def get_object(self) -> Any:
        """The object of the URL; locked, and what the client expects it to be, when it is about to be written."""
        found = super().get_object()
        if self.request.method in SAFE_METHODS:
            return found
        # The statement may have waited for the lock: what it joins the row with, or counts, is as it was before.
        found = super().get_queryset().get(pk=found.pk)
        if not {"If-Match", "If-None-Match"}.isdisjoint(self.request.headers):
            check_preconditions(self.request, entity_tag(self.representation(found)))
        return found

    def get_queryset(self) -> QuerySet[Any]:
        """The rows of the view; locked until the end of the transaction when one is about to be written."""
        queryset = super().get_queryset()
        if not self.detail or self.request.method in SAFE_METHODS:
            return queryset
        return queryset.select_related(None).select_for_update(no_key=True)

    def representation(self, instance: Any) -> dict[str, Any]:
        """What a read shows of `instance`, all of it.

        Override it where reads have to be quick: the serializer takes ten times as long as a plain function, with which
        a test compares it.
        """
        serializer: Any = self.serializer_class
        return dict(serializer(instance, context={"request": self.request}).data)

    def field_names(self) -> Sequence[str]:
        """The keys of `representation`."""
        serializer: Any = self.serializer_class
        return tuple(serializer.Meta.fields)

    def _page(self) -> Any:
        wanted = requested_fields(self.request, self.field_names())
        page: Any = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        rows = [self.representation(instance) for instance in page]
        if wanted:
            rows = [{name: row[name] for name in row if name in wanted} for row in rows]
        paginator: Any = self.paginator
        return paginator.envelope(rows)

    def _acting(self) -> AbstractContextManager[None]:
        return acting(self.request.user, client_address(self.request))

    def get_success_headers(self, data: Any) -> dict[str, str]:
        """Where the new object is."""
        key = data[self.lookup_field]
        return {"Location": reverse(f"{self.basename}-detail", args=[key], request=self.request)}
