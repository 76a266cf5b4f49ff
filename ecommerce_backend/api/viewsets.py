"""The base of the project's viewsets."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import viewsets
from rest_framework.filters import BaseFilterBackend
from rest_framework.request import Request
from rest_framework.reverse import reverse

from ecommerce_backend.api.filters import (
    FIELDS_PARAM,
    FieldsFilter,
    FilterBackend,
    OrderingFilter,
    check_query_parameters,
    requested_fields,
)
from ecommerce_backend.api.views import MethodFirstMixin


class ModelViewSet(MethodFirstMixin, viewsets.ModelViewSet):
    """DRF's, with honest query parameters, the `fields` parameter and a Location for what was created.

    Set `filterset_class`, `ordering_fields`, and `repeatable_parameters` for the filters that may be given twice.
    """

    filter_backends: tuple[type[BaseFilterBackend], ...] = (FilterBackend, OrderingFilter, FieldsFilter)
    repeatable_parameters: frozenset[str] = frozenset()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse what the view does not take, before it does anything. Raises: ValidationError."""
        super().initial(request, *args, **kwargs)
        if request.method in ("GET", "HEAD"):
            check_query_parameters(request, allowed=self.query_parameters(), repeatable=set(self.repeatable_parameters))

    def query_parameters(self) -> list[str]:
        """The names that a read of this view takes."""
        if self.detail:
            return [FIELDS_PARAM]
        parts = [backend().get_schema_operation_parameters(self) for backend in self.filter_backends]
        assert self.paginator is not None
        parts.append(self.paginator.get_schema_operation_parameters(self))
        return [parameter["name"] for part in parts for parameter in part]

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Filters are for lists: one object is found by its URL alone."""
        return queryset if self.detail else super().filter_queryset(queryset)

    def get_serializer_context(self) -> dict[str, Any]:
        """The context, with the keys that a read asked for."""
        context = super().get_serializer_context()
        if self.action in ("list", "retrieve"):
            serializer: Any = self.get_serializer_class()()
            return {**context, "fields": requested_fields(self.request, list(serializer.fields))}
        return dict(context)

    def get_success_headers(self, data: Any) -> dict[str, str]:
        """Where the new object is."""
        key = data[self.lookup_field]
        return {"Location": reverse(f"{self.basename}-detail", args=[key], request=self.request)}
