"""The shapes of a product: as it is read, and as it is written."""

from typing import Any

from ecommerce_backend.api.serializers import ModelSerializer
from products.models import Category, Product
from products.representations import represent_product
from products.serializers.categories import ID_HELP, CategoryReferenceField, CategorySummarySerializer
from products.serializers.prices import PriceField


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
