"""The shapes of the catalogue."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from rest_framework import serializers

from ecommerce_backend.api.exceptions import unknown_names
from ecommerce_backend.api.serializers import ModelSerializer
from products import services
from products.models import Category, Product
from products.representations import represent_product

_PLAIN_DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?")  # no exponent, sign +, underscore, or digits of other scripts
ID_HELP = "A UUID of version 7, made by the server."
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


class ProductSerializer(ModelSerializer):
    """A product, as it is read."""

    price = PriceField(help_text="Two decimals, as a string.")
    category = CategorySummarySerializer()

    schema_examples = {
        "id": "019a8c1f-0b52-7e7b-8a4d-6c1f9e2d7b35",
        "name": "Brass Desk Lamp",
        "description": "Dimmable, with a linen shade.",
        "price": "35.50",
        "created_at": "2026-03-02T09:30:00Z",
        "updated_at": "2026-03-04T16:05:12.250000Z",
    }

    class Meta:
        model = Product
        fields = ["id", "name", "description", "price", "category", "created_at", "updated_at"]
        extra_kwargs = {
            "id": {"help_text": ID_HELP},
            "name": {"help_text": "One line, of which something is visible."},
            "description": {"help_text": "May have several lines, and may be missing."},
            "created_at": {"help_text": "When it was added; ISO 8601, UTC."},
            "updated_at": {"help_text": "When it was last changed; ISO 8601, UTC."},
        }


class CategoryFacetSerializer(serializers.Serializer):
    """A category in the sidebar of a list."""

    slug = serializers.CharField(help_text="What `category` takes.")
    name = serializers.CharField(help_text="What people call it.")
    count = serializers.IntegerField(help_text="Products that match the other filters.")

    schema_examples = {"slug": "lighting", "name": "Lighting", "count": 14}


class PriceRangeSerializer(serializers.Serializer):
    """From the lowest to the highest price; null when there is none."""

    min = PriceField(source="lowest", allow_null=True, help_text="Of the cheapest; null when there is none.")
    max = PriceField(source="highest", allow_null=True, help_text="Of the dearest; null when there is none.")

    schema_examples = {"min": "4.95", "max": "249.00"}


class FacetsSerializer(serializers.Serializer):
    """What a sidebar shows beside a list."""

    count = serializers.IntegerField(help_text="As the list has it with the same filters.")
    price = PriceRangeSerializer(source="*")
    categories = CategoryFacetSerializer(
        many=True,
        help_text="Those with a match in any `category`; over 10,000 matches of a search may be estimates.",
    )

    schema_examples = {"count": 14}


class ProductWriteSerializer(ModelSerializer):
    """A product, as it is written. The answer is the product as it is read."""

    response_serializer_class = ProductSerializer

    price = PriceField(help_text="0.00 to 99999999.99: a number or a plain decimal string, at most two decimals.")
    category = CategoryReferenceField(
        queryset=Category.objects.all(), help_text="Slug or id of a category, or the object as it was read."
    )

    schema_examples = ProductSerializer.schema_examples | {"category": "lighting"}

    class Meta:
        model = Product
        fields = ProductSerializer.Meta.fields
        read_only_fields = ["id", "created_at", "updated_at"]
        extra_kwargs = ProductSerializer.Meta.extra_kwargs

    def to_representation(self, instance: Product) -> dict[str, Any]:
        """What ProductSerializer shows."""
        return represent_product(instance)
