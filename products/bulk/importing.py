"""Products from files: what a good row is, and what became of them all."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from rest_framework.exceptions import ValidationError
from uuid_utils.compat import uuid7

from ecommerce_backend.api.serializers import LineField
from products.bulk.columns import COLUMNS, Columns
from products.bulk.readers import SURPLUS, Record
from products.models import Category, Product
from products.serializers import PriceField, ProductWriteSerializer
from products.services import LoadedProduct, Upserted, get_or_create_category, hold_category, upsert_products

KEY_MAX_LENGTH = Product._meta.get_field("import_key").max_length or 0


# "1,50" and "1.234,50", as half of Europe writes. With two digits at most the comma cannot stand before thousands.
_DECIMAL_COMMA = re.compile(r"([0-9]+|[0-9]{1,3}(?:\.[0-9]{3})+),([0-9]{1,2})")


class RowPriceField(PriceField):
    """A price in a file, which may have a decimal comma where that cannot be misread: not in "1,234", nor "1.234"."""

    def to_internal_value(self, data: Any) -> Decimal:
        """The exact price. Raises: ValidationError."""
        if isinstance(data, str) and (found := _DECIMAL_COMMA.fullmatch(data.strip(" "))):
            data = f"{found[1].replace('.', '')}.{found[2]}"
        return super().to_internal_value(data)


class RowSerializer(ProductWriteSerializer):
    """A row, held to the rules of a product in a request. The category is a name, and need not be there yet."""

    price = RowPriceField()
    category = LineField(max_length=Category._meta.get_field("name").max_length)  # type: ignore[assignment]

    class Meta(ProductWriteSerializer.Meta):
        fields = list(COLUMNS)
        read_only_fields: list[str] = []

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Nothing more: the constraints of the model are covered by the fields."""
        return attrs


@dataclass(frozen=True)
class BadRow:
    """A row that cannot be imported, by its number in the file, and why."""

    number: int
    reason: str


@dataclass
class ImportReport:
    """What an import did."""

    upserted: Upserted = field(default_factory=lambda: Upserted(0, 0, 0))
    new_categories: list[str] = field(default_factory=list)
    bad_rows: list[BadRow] = field(default_factory=list)


class BadRowsError(Exception):
    """Nothing was imported, because of `bad_rows`."""

    def __init__(self, bad_rows: list[BadRow]) -> None:
        super().__init__(f"{len(bad_rows)} bad rows")
        self.bad_rows = bad_rows


class Importer:
    """Imports records in one transaction.

    - `columns`: which of theirs is which; with a key, a second import updates instead of adding.
    - `source`: keeps equal keys of two suppliers apart.
    """

    def __init__(self, columns: Columns, *, source: str = "") -> None:
        self.columns = columns
        self.source = source
        self.report = ImportReport()
        self._serializer = RowSerializer()
        self._categories: dict[str, UUID] = {}
        self._keys: dict[str, int] = {}

    def run(self, records: Iterable[Record], *, skip_bad: bool = False) -> ImportReport:
        """Import all records, or the good ones with `skip_bad`, and report.

        Raises: BadRowsError with every bad row, or what `records` raises; nothing has been imported then.
        Cost: the services' for loading, and one query per category in the file.
        """
        with transaction.atomic():
            self.report.upserted = upsert_products(self._rows(records))
            if self.report.bad_rows and not skip_bad:
                raise BadRowsError(self.report.bad_rows)
        return self.report

    def _rows(self, records: Iterable[Record]) -> Iterator[LoadedProduct]:
        now = timezone.now()
        for number, record in records:
            try:
                if SURPLUS in record:
                    raise ValidationError({"row": "It has more cells than the file has columns."})
                values = self._serializer.run_validation(self.columns.translate(record))
                key = self._key_of(record, number)
                yield LoadedProduct(
                    id=uuid7(),
                    name=values["name"],
                    description=values.get("description"),
                    price=values["price"],
                    category_id=self._category_id(values["category"]),
                    created_at=now,
                    updated_at=now,
                    import_key=key,
                )
            except ValidationError as error:
                self.report.bad_rows.append(BadRow(number, _reason(error)))

    def _key_of(self, record: dict[str, Any], number: int) -> str | None:
        column = self.columns.key
        if not column:
            return None
        value = record.get(column)
        if not isinstance(value, str | int) or isinstance(value, bool) or not str(value).strip():
            raise ValidationError({column: "The key is missing, or is neither text nor a whole number."})
        key = f"{self.source}:{column}:{str(value).strip()}"
        if len(key) > KEY_MAX_LENGTH or not key.isprintable():
            raise ValidationError({column: "The key is too long, or has characters that cannot be stored."})
        first = self._keys.setdefault(key, number)
        if first != number:
            raise ValidationError({column: f"Row {first} has the same key."})
        return key

    def _category_id(self, name: str) -> UUID:
        if name not in self._categories:
            category, created = get_or_create_category(name)
            while not hold_category(category):
                category, created = get_or_create_category(name)
            self._categories[name] = category.pk
            if created:
                self.report.new_categories.append(category.name)
        return self._categories[name]


def _reason(error: ValidationError) -> str:
    assert isinstance(error.detail, dict)
    return " ".join(
        f"{name}: {' '.join(map(str, messages if isinstance(messages, list) else [messages]))}"
        for name, messages in error.detail.items()
    )
