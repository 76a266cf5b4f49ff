"""The query parameters of the product list."""

import re
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError

from ecommerce_backend.api.filters import FilterSet
from products.form_fields import (
    LIST_LIMIT,
    IdListFormField,
    ListFormField,
    MomentFormField,
    PriceFormField,
    WordsFormField,
)
from products.models import SLUG_PATTERN, Product
from products.querysets import ProductQuerySet, Selection

SEARCH_MAX_LENGTH = 100


class PriceFilter(django_filters.Filter):
    """A bound on prices."""

    field_class = PriceFormField
    schema = {"type": "string", "format": "decimal", "pattern": r"^[0-9]+(\.[0-9]{1,2})?$"}


class MomentFilter(django_filters.Filter):
    """A bound on moments: a date, or a date and time."""

    field_class = MomentFormField
    schema = {"type": "string", "format": "date-time"}


class ListFilter(django_filters.Filter):
    """Any of several values, with commas or repeated."""

    field_class = ListFormField
    schema = {"type": "array", "items": {"type": "string"}, "collectionFormat": "csv", "maxItems": LIST_LIMIT}


class IdListFilter(ListFilter):
    """Any of several ids."""

    field_class = IdListFormField
    schema = ListFilter.schema | {"items": {"type": "string", "format": "uuid"}}


class SearchFilter(django_filters.CharFilter):
    """Words to find in the name."""

    field_class = WordsFormField
    schema = {"type": "string", "maxLength": SEARCH_MAX_LENGTH}


class ProductFilterForm(forms.Form):
    """What holds for several parameters together."""

    def clean(self) -> dict[str, Any]:
        """Raises: ValidationError for a price range that is upside down."""
        low, high = self.cleaned_data.get("min_price"), self.cleaned_data.get("max_price")
        if low is not None and high is not None and low > high:
            self.add_error("min_price", ValidationError("min_price is above max_price.", code="invalid_range"))
        return self.cleaned_data


class ProductFilter(FilterSet):
    """Every parameter composes with every other."""

    category = ListFilter(
        help_text="Slugs of categories, joined by commas or repeated, at most 100: products in any of them. For "
        "example `electronics,lighting`. An unknown slug matches nothing.",
    )
    min_price = PriceFilter(help_text="At least this price, for example `10`. Above `max_price` it is refused.")
    max_price = PriceFilter(help_text="At most this price, for example `49.99`.")
    created_after = MomentFilter(help_text="Created at this date or date-time, or later, for example `2024-05-01`.")
    created_before = MomentFilter(
        end_of_day=True,
        help_text="Created at this date (all of it) or date-time, or earlier, for example `2024-05-01T12:30:00Z`.",
    )
    updated_after = MomentFilter(
        help_text="Last changed at this date or date-time, or later, for example `2024-05-01`."
    )
    id = IdListFilter(help_text="Ids, joined by commas, at most 100: these products; unknown ones are left out.")
    search = SearchFilter(
        max_length=SEARCH_MAX_LENGTH,
        help_text="Words, or beginnings of words, that must all be in the name, for example `laptop`; at most 100 "
        "characters. Case and accents do not matter. When no product at all has them, near misses are offered.",
    )

    class Meta:
        model = Product
        fields: list[str] = []
        form = ProductFilterForm

    def filter_queryset(self, queryset: ProductQuerySet) -> ProductQuerySet:
        """What the parameters ask for."""
        return queryset.selected(self.selection)

    @property
    def selection(self) -> Selection:
        """The parameters, read. What cannot be a slug is none."""
        values: dict[str, Any] = self.form.cleaned_data
        if values.get("category") is not None:
            values = values | {"category": [slug for slug in values["category"] if re.fullmatch(SLUG_PATTERN, slug)]}
        return Selection(**values)
