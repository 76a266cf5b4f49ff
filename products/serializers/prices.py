"""A price in JSON."""

import re
from decimal import Decimal
from typing import Any

from rest_framework import serializers

_PLAIN_DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?")  # no exponent, sign +, underscore, or digits of other scripts
PRICE_MAX_DIGITS = 40  # characters looked at; a price has eleven


class PriceField(serializers.DecimalField):
    """0.00 to 99999999.99: a JSON number or a plain decimal string in, a string with two decimals out."""

    class Meta:
        swagger_schema_fields = {
            "format": "decimal",
            "pattern": r"^[0-9]{1,8}(\.[0-9]{1,2})?$",
            "example": "19.99",
            "x-also": {"type": "number", "minimum": 0, "maximum": 99999999.99},  # see clients/openapi.js
        }

    def __init__(self, **kwargs: Any) -> None:
        limits: dict[str, Any] = {"max_digits": 10, "decimal_places": 2, "min_value": Decimal(0)}
        super().__init__(**limits | kwargs)

    def to_internal_value(self, data: Any) -> Decimal:
        """The exact price. Raises: ValidationError."""
        if isinstance(data, bool) or not isinstance(data, str | int | Decimal):
            self.fail("invalid")
        text = str(data).strip(" ")
        if len(text) > PRICE_MAX_DIGITS or not _PLAIN_DECIMAL.fullmatch(text):
            self.fail("invalid")
        if text.startswith("-") and not Decimal(text):  # -0 is no price, and no number below 0 either
            self.fail("invalid")
        return super().to_internal_value(text)
