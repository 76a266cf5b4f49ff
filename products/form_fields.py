"""How the text of a query parameter is read. What a parameter is for, the filters say."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Self
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from rest_framework import serializers

from ecommerce_backend.api.filters import listed
from ecommerce_backend.api.text import is_uuid, normalize_text
from products.serializers import PriceField

LIST_LIMIT = 100  # ids or slugs in one request
BOUND_MAX_DIGITS = 20  # room for "no limit" as people write it; far below what Decimal can quantise

# ISO 8601 as people write it: fromisoformat also takes weeks and dates without hyphens. A blank before the offset is a
# plus that was not percent-encoded. Of nanoseconds, as .NET and Go write them, it drops what has no room in a column.
_MOMENT = re.compile(
    r"(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"([T ](?P<time>[0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]{1,9})?)?)(?P<offset>Z|[+ -][0-9]{2}(:?[0-9]{2})?)?)?",
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
        if value in self.empty_values:
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
        if value in self.empty_values:
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
            return listed(data.getlist(name) if hasattr(data, "getlist") else [data.get(name) or ""])

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
            if not is_uuid(text):
                # Not put into the message here: django-filter formats it once more, and stumbles over a percent sign.
                raise ValidationError("'%(id)s' is not a valid id.", code="invalid", params={"id": text[:50]})
        return [UUID(text) for text in values] or None


class WordsFormField(SharedField, forms.CharField):
    """Words to search for."""

    def to_python(self, value: Any) -> str:
        """The text in the form that names have: some keyboards and file systems give letters and their marks apart."""
        return normalize_text(super().to_python(value) or "")
