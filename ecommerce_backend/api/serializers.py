"""What every serializer of the project does: strict bodies, normalised text, constraints as field errors."""

from collections.abc import Mapping
from copy import copy
from typing import Any

from django.core.exceptions import ValidationError as ModelValidationError
from django.db import DatabaseError, models
from django.db.models import BaseConstraint, F, UniqueConstraint
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.fields import get_error_detail

from ecommerce_backend.api.exceptions import unknown_names
from ecommerce_backend.api.text import normalize_text, validate_line, validate_multiline


class StringOnlyMixin:
    """For a field of text: only a JSON string will do, which is kept as it is. DRF's also take numbers."""

    def to_internal_value(self, data: Any) -> str:
        """`data` as it is. Raises: ValidationError when it is not a string."""
        field: Any = self
        if not isinstance(data, str):
            field.fail("invalid")
        return str(data)


class LineField(StringOnlyMixin, serializers.CharField):
    """One line of text: NFC, trimmed, visible, without control characters."""

    text_validator = staticmethod(validate_line)

    def __init__(self, **kwargs: Any) -> None:
        # DRF's trimming takes control characters for blanks, and skips the validators of what is all blank.
        super().__init__(**{"trim_whitespace": False} | kwargs)
        if self.text_validator not in self.validators:  # it may have come from the model's field
            self.validators.append(self.text_validator)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """The normalised text. It is normalised first, so that limits and uniqueness see what will be stored."""
        return super().run_validation(normalize_text(data) if isinstance(data, str) else data)


class TextField(LineField):
    """Several lines of text: as LineField, with line breaks and tabs."""

    text_validator = staticmethod(validate_multiline)


class Serializer(serializers.Serializer):
    """DRF's, whose message for a body that is no object names a type of Python's."""

    default_error_messages = {"invalid": "Send a JSON object."}


class StrictFieldsMixin(Serializer):
    """Refuses fields that do not exist, by name, together with whatever else is wrong. Read-only ones are ignored."""

    def to_internal_value(self, data: Any) -> Any:
        """The validated values. Raises: ValidationError naming every field at fault."""
        unknown = self._unknown_fields(data)
        try:
            values = super().to_internal_value(data)
        except serializers.ValidationError as error:
            raise serializers.ValidationError({**error.detail, **unknown}) from None  # type: ignore[dict-item]
        if unknown:
            raise serializers.ValidationError(unknown)
        return values

    def _unknown_fields(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, Mapping):
            return {}
        writable = [name for name, field in self.fields.items() if not field.read_only]
        foreign = (str(name) for name in data if name not in self.fields)
        return unknown_names(foreign, writable, code="unknown_field")


class ModelSerializer(StrictFieldsMixin, serializers.ModelSerializer):
    """The base of every serializer of a model.

    - Unique constraints of the model are checked here and reported on their field; DRF overlooks those on expressions.
      A check constraint looks at one row, so a validator of the field says the same without a query.
    - `update` writes only what changed, so two writers of different fields do not undo each other.
    """

    serializer_field_mapping = serializers.ModelSerializer.serializer_field_mapping | {
        models.CharField: LineField,
        models.TextField: TextField,
    }

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Raises: ValidationError for each unique constraint that the values would break. Cost: a query each."""
        attrs = super().validate(attrs)
        model: Any = self.Meta.model
        candidate = copy(self.instance) if self.instance else model()
        for name, value in attrs.items():
            setattr(candidate, name, value)
        errors: dict[str, Any] = {}
        for constraint in model._meta.constraints:
            names = _unique_fields(constraint) & attrs.keys()
            if not names:
                continue
            try:
                constraint.validate(model, candidate)
            except ModelValidationError as error:
                errors |= dict.fromkeys(sorted(names), get_error_detail(error))
        if errors:
            raise serializers.ValidationError(errors)
        return attrs

    def update(self, instance: Any, validated_data: dict[str, Any]) -> Any:
        """Write the fields that differ, and nothing at all when none does. Raises: NotFound when the row has gone."""
        changed = {name: value for name, value in validated_data.items() if getattr(instance, name) != value}
        if not changed:
            return instance
        for name, value in changed.items():
            setattr(instance, name, value)
        moving = [field.name for field in instance._meta.fields if getattr(field, "auto_now", False)]
        try:
            instance.save(update_fields=[*changed, *moving])
        except DatabaseError as error:
            # Django's own, without a cause: the UPDATE matched no row, because somebody deleted it meanwhile.
            if error.__cause__ is None:
                raise NotFound from error
            raise
        return instance


def _unique_fields(constraint: BaseConstraint) -> set[str]:
    """The names of the model's fields that `constraint` keeps unique; none when it is of another kind."""
    if not isinstance(constraint, UniqueConstraint):
        return set()
    expressions: Any = constraint.expressions
    parts: Any = (part for expression in expressions for part in expression.flatten())
    return {*constraint.fields, *(str(part.name) for part in parts if isinstance(part, F))}  # type: ignore[attr-defined]
