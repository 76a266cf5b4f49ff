"""Query parameters: which a view takes, and the filters and orderings that every list shares."""

from collections.abc import Iterable, Sequence
from typing import Any

import django_filters
from django.forms import Form
from django.http import QueryDict
from django_filters.rest_framework import DjangoFilterBackend
from django_filters.utils import translate_validation
from rest_framework import filters
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.views import APIView

from ecommerce_backend.api.exceptions import unknown_name, unknown_names
from ecommerce_backend.api.pagination import CURSOR_PARAM, PageNumberPagination

FIELDS_PARAM = "fields"

_FORM_CLASSES: dict[tuple[type, frozenset[str]], type[Form]] = {}


def check_query_parameters(request: Request, *, allowed: list[str], repeatable: set[str]) -> None:
    """Raises: ValidationError that names every parameter that is unknown, or given more than once without a meaning."""
    errors = unknown_names(request.query_params, allowed, code="unknown_parameter")
    for name, values in request.query_params.lists():
        if len(values) > 1 and name in allowed and name not in repeatable:
            errors[name] = [ErrorDetail("Give this parameter once.", code="repeated")]
    page = PageNumberPagination.page_query_param  # blank it counts as not given; a blank cursor is one
    if request.query_params.get(page) and CURSOR_PARAM in request.query_params and {page, CURSOR_PARAM} <= set(allowed):
        errors[page] = [ErrorDetail("Give a page or a cursor, not both.", code="exclusive")]
    if errors:
        raise ValidationError(errors)


def requested_fields(request: Request, available: Sequence[str]) -> set[str] | None:
    """The keys that `fields` asks for, or None for all. Raises: ValidationError for a key that does not exist."""
    names = listed(request.query_params.getlist(FIELDS_PARAM))
    unknown = [name for name in names if name not in available]
    if unknown:
        raise ValidationError({FIELDS_PARAM: unknown_name(unknown[0], available)})
    return set(names) or None


def listed(texts: Sequence[str]) -> list[str]:
    """The values of a parameter, blanks dropped: joined by commas, as the document has it, or given several times."""
    return [value.strip() for text in texts for value in text.split(",") if value.strip()]


class FilterSet(django_filters.FilterSet):
    """django-filter's, which would copy its filters and make a form class anew for every request: 0.4 ms.

    Its form has the fields that are asked for and no others, which are as if they were left blank.
    """

    def __init__(self, data: Any = None, queryset: Any = None, *, request: Any = None, prefix: Any = None) -> None:
        self.is_bound = data is not None
        self.data, self.queryset, self.request, self.form_prefix = data or QueryDict(), queryset, request, prefix
        self.filters = self.base_filters

    def get_form_class(self) -> type[Form]:
        """The class of the form that reads the parameters that are given."""
        given = frozenset(self.data.keys() & self.base_filters.keys())
        if (type(self), given) not in _FORM_CLASSES:
            self.filters = {name: each for name, each in self.base_filters.items() if name in given}
            _FORM_CLASSES[type(self), given] = super().get_form_class()
        return _FORM_CLASSES[type(self), given]


class FilterBackend(DjangoFilterBackend):
    """django-filter's backend; its parameters are documented with the schema that each filter carries."""

    def filter_queryset(self, request: Request, queryset: Any, view: Any) -> Any:
        """The queryset, filtered; as it is when no parameter is a filter's. Raises: ValidationError."""
        filterset = self._filterset(request, queryset, view)
        return queryset if filterset is None else filterset.filter_queryset(queryset)

    def check(self, request: Request, view: Any) -> None:
        """Raises: ValidationError that names every filter with a faulty value."""
        self._filterset(request, None, view)

    def _filterset(self, request: Request, queryset: Any, view: Any) -> FilterSet | None:
        filterset_class = self.get_filterset_class(view, queryset)
        if filterset_class is None or request.query_params.keys().isdisjoint(filterset_class.base_filters):
            return None
        filterset: FilterSet = self.get_filterset(request, queryset, view)
        if not filterset.is_valid():
            raise translate_validation(filterset.errors)
        return filterset

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """The filters of the view: each one's `schema` is a Swagger type with its limits, `help_text` the meaning."""
        filterset_class = self.get_filterset_class(view)
        if filterset_class is None:
            return []
        return [
            {
                "name": name,
                "in": "query",
                "description": str(each.extra.get("help_text", "")),
                "schema": getattr(each, "schema", {"type": "string"}),
            }
            for name, each in filterset_class.base_filters.items()
        ]


class OrderingFilter(filters.OrderingFilter):
    """`ordering=price,-name`: by the view's `ordering_fields`, the primary key breaking ties.

    Without the parameter the order is the queryset's own, which ends in the key already.
    """

    def get_ordering(self, request: Request, queryset: Any, view: Any) -> list[str] | None:
        """The fields to order by; None: leave the queryset as it is, in its model's order or by relevance."""
        fields = listed(request.query_params.getlist(self.ordering_param))
        return self.remove_invalid_fields(queryset, fields, view, request) if fields else None

    def check(self, request: Request, view: Any) -> None:
        """Raises: ValidationError for a field that is not offered."""
        self.get_ordering(request, None, view)

    def remove_invalid_fields(self, queryset: Any, fields: Iterable[str], view: Any, request: Request) -> list[str]:
        """Each field once, then the key. Raises: ValidationError for a field that is not offered."""
        allowed = self.allowed_values(view)
        ordering: dict[str, str] = {}
        for field in fields:
            if field not in allowed:
                raise ValidationError({self.ordering_param: unknown_name(field, allowed)})
            ordering.setdefault(field.lstrip("-"), field)
        # The key runs the way of the last field, so that one index serves both and can be read from either end.
        direction = "-" if list(ordering.values())[-1].startswith("-") else ""
        return [*ordering.values(), f"{direction}pk"]

    def allowed_values(self, view: Any) -> list[str]:
        """What `ordering` may hold for this view: each field, and each with a minus."""
        return [f"{sign}{field}" for field in getattr(view, "ordering_fields", ()) for sign in ("", "-")]

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """The parameter with the values it takes, for the document."""
        return [
            {
                "name": self.ordering_param,
                "in": "query",
                "description": "Fields to sort by, a minus for descending; several are joined by commas, for example "
                f"`{self.allowed_values(view)[1]}`. "
                f"{getattr(view, 'ordering_description', '')}",
                "schema": {
                    "type": "array",
                    "items": {"type": "string", "enum": self.allowed_values(view)},
                    "collectionFormat": "csv",
                },
            }
        ]


class FieldsFilter(filters.BaseFilterBackend):
    """Documents `fields` on lists; the view and its serializer carry it out."""

    def filter_queryset(self, request: Request, queryset: Any, view: APIView) -> Any:
        """The queryset as it is: the parameter chooses columns, not rows."""
        return queryset

    def check(self, request: Request, view: Any) -> None:
        """Raises: ValidationError for a key that does not exist."""
        requested_fields(request, view.field_names())

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        """The parameter, for the document."""
        return [fields_parameter(view)]


def fields_parameter(view: Any) -> dict[str, Any]:
    """`fields`, as a parameter of the document, with the keys that `view` shows."""
    keys = list(view.get_serializer_class()().fields)
    return {
        "name": FIELDS_PARAM,
        "in": "query",
        "description": "Only these top-level keys of each object, joined by commas, for example `"
        f"{','.join(keys[:2])}`.",
        "schema": {"type": "array", "items": {"type": "string", "enum": keys}, "collectionFormat": "csv"},
    }
