"""The query parameters of the product list."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Self
from uuid import UUID

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django_filters.constants import EMPTY_VALUES
from rest_framework import serializers

from ecommerce_backend.api.filters import FilterSet
from products.models import SLUG_PATTERN, UUID_PATTERN, Product
from products.querysets import ProductQuerySet, Selection
from products.serializers import PriceField

LIST_LIMIT = 100  # ids or slugs in one request
SEARCH_MAX_LENGTH = 100
BOUND_MAX_DIGITS = 20  # room for "no limit" as people write it; far below what Decimal can quantise

# ISO 8601 as people write it: fromisoformat also takes weeks and dates without hyphens. A blank before the offset is a
# plus that was not percent-encoded.
_MOMENT = re.compile(
    r"(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"([T ](?P<time>[0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]{1,6})?)?)(?P<offset>Z|[+ -][0-9]{2}(:?[0-9]{2})?)?)?",
    re.IGNORECASE,
)


class SharedField(forms.Field):
    """A field that is not copied for every request: a form makes copies so that its fields may be changed."""

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self


_BOUND = PriceField(max_digits=BOUND_MAX_DIGITS)


class PriceFormField(SharedField):
    """A price, read like one in a body. Any amount will do, as a bound."""

    def to_python(self, value: Any) -> Decimal | None:
        """The amount. Raises: ValidationError."""
        if value in EMPTY_VALUES:
            return None
        try:
            amount: Decimal = _BOUND.run_validation(value)
        except serializers.ValidationError as error:
            details: Any = error.detail
            raise ValidationError([ValidationError(str(each), code=each.code) for each in details]) from None
        return amount


class MomentFormField(SharedField):
    """An ISO 8601 date or date-time. Without an offset it is UTC; a date alone is its first or its last moment."""

    def __init__(self, *, end_of_day: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.end_of_day = end_of_day

    def to_python(self, value: Any) -> datetime | None:
        """The moment, in UTC. Raises: ValidationError."""
        if value in EMPTY_VALUES:
            return None
        parts = _MOMENT.fullmatch(str(value).strip())
        try:
            if parts is None:
                raise ValueError(value)
            return self._moment(**parts.groupdict())
        except (ValueError, OverflowError):
            raise ValidationError(
                "Enter an ISO 8601 date or date-time: 2024-05-01 or 2024-05-01T12:30:00Z.", "invalid"
            ) from None

    def _moment(self, *, date: str, time: str | None, offset: str | None) -> datetime:
        if time is None:
            time = "23:59:59.999999" if self.end_of_day else "00:00:00"
        offset = (offset or "Z").upper().replace(" ", "+")
        return datetime.fromisoformat(f"{date}T{time}{offset}").astimezone(UTC)


class ListFormField(SharedField):
    """Values joined by commas, in one parameter or in several of the same name."""

    class widget(forms.TextInput):
        """Reads every parameter of the name, not the last one only."""

        def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
            """The values, blanks around them dropped."""
            texts = data.getlist(name) if hasattr(data, "getlist") else [data.get(name) or ""]
            return [part.strip() for text in texts for part in text.split(",") if part.strip()]

    def to_python(self, value: Any) -> list[str] | None:
        """The values, each once; None when there is none. Raises: ValidationError when there are too many."""
        values = value or []
        if len(values) > LIST_LIMIT:
            raise ValidationError(f"Give at most {LIST_LIMIT} values; these are {len(values)}.", code="max_items")
        return list(dict.fromkeys(values)) or None


class IdListFormField(ListFormField):
    """Ids of products."""

    def to_python(self, value: Any) -> Any:
        """The ids. Raises: ValidationError for one that is no uuid."""
        values = super().to_python(value) or []
        for text in values:
            if not re.fullmatch(UUID_PATTERN, text, re.IGNORECASE):
                # Not put into the message here: django-filter formats it once more, and stumbles over a percent sign.
                raise ValidationError("'%(id)s' is not a valid id.", code="invalid", params={"id": text[:50]})
        return [UUID(text) for text in values] or None


class WordsFormField(SharedField, forms.CharField):
    """Words to search for."""


class PriceFilter(django_filters.Filter):
    field_class = PriceFormField
    schema = {"type": "string", "format": "decimal", "pattern": r"^[0-9]+(\.[0-9]{1,2})?$"}


class MomentFilter(django_filters.Filter):
    field_class = MomentFormField
    schema = {"type": "string", "format": "date-time"}


class ListFilter(django_filters.Filter):
    field_class = ListFormField
    schema = {"type": "array", "items": {"type": "string"}, "collectionFormat": "csv", "maxItems": LIST_LIMIT}


class IdListFilter(ListFilter):
    field_class = IdListFormField
    schema = ListFilter.schema | {"items": {"type": "string", "format": "uuid"}}


class SearchFilter(django_filters.CharFilter):
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
        "characters. Case and accents do not matter. When nothing is found, near misses are offered.",
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
