"""The shapes of a category, and how a product names one."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from ecommerce_backend.api.exceptions import unknown_names
from ecommerce_backend.api.serializers import ModelSerializer
from products import services
from products.models import Category

ID_HELP = "A UUID of version 7, made by the server."


class CategorySerializer(ModelSerializer):
    """A category."""

    product_count = serializers.IntegerField(read_only=True, default=0, help_text="Products in it, now.")

    schema_examples = {
        "id": "019a8c1e-7d20-7c41-9f0e-3b5d2a6c8e10",
        "name": "Garden Lights",
        "slug": "garden-lights",
        "product_count": 0,
    }

    class Meta:
        model = Category
        fields = ["id", "name", "slug", "product_count"]
        read_only_fields = ["id"]
        extra_kwargs = {
            "slug": {"required": False, "allow_blank": True},
            "id": {"help_text": ID_HELP},
            "name": {"help_text": "Unique without regard to case."},
        }

    def validate_slug(self, value: str) -> str:
        """On a change, a blank slug leaves the old one."""
        return value or (self.instance.slug if self.instance else "")

    def create(self, validated_data: dict[str, Any]) -> Category:
        """The new category, with a slug."""
        return services.create_category(**validated_data)


class CategorySummarySerializer(serializers.ModelSerializer):
    """A category, as a product shows it."""

    schema_examples = {"id": "01856aa0-c800-7609-b0a3-e5210b194d5d", "name": "Lighting", "slug": "lighting"}

    class Meta:
        model = Category
        fields = ["id", "name", "slug"]
        read_only_fields = fields
        extra_kwargs = {"id": {"help_text": ID_HELP}, "name": {"help_text": "What people call it."}}


class CategoryReferenceField(serializers.RelatedField):
    """A category named by its slug, its id, or the object that a product shows."""

    default_error_messages = {
        "required": "This field is required.",
        "does_not_exist": "There is no such category. Give the slug or the id of one from /api/categories/.",
        "incorrect_type": "Give the slug or the id of a category.",
        "contradiction": "Id and slug are not of one category. Give one of them.",
    }

    class Meta:
        swagger_schema_fields = {"x-also": {"$ref": "#/definitions/CategorySummary"}}

    def to_internal_value(self, data: Any) -> Category:
        """The category. Raises: ValidationError when there is none. Cost: one query."""
        slug = None
        if isinstance(data, Mapping):
            if unknown := unknown_names(data, CategorySummarySerializer.Meta.fields, code="unknown_field"):
                raise serializers.ValidationError(unknown)
            slug = data.get("slug")
            data = data.get("id", slug)
        if not isinstance(data, str):
            self.fail("incorrect_type")
        category = Category.objects.by_slug_or_id(data)
        if category is None:
            self.fail("does_not_exist")
        if slug not in (None, category.slug):
            self.fail("contradiction")
        return category

    def to_representation(self, value: Any) -> str:
        """The slug."""
        return str(value.slug)
