"""A product with its category nested, and a slug to write it by."""

from rest_framework import serializers

from catalogue.models import Category, Product


class CategorySerializer(serializers.ModelSerializer):
    """A category. Without `product_count`: counting costs this peer a join over all products."""

    class Meta:
        model = Category
        fields = ["id", "name", "slug"]


class ProductSerializer(serializers.ModelSerializer):
    """A product."""

    category = CategorySerializer(read_only=True)
    category_slug = serializers.SlugRelatedField(
        source="category", slug_field="slug", queryset=Category.objects.all(), write_only=True
    )

    class Meta:
        model = Product
        fields = ["id", "name", "description", "price", "category", "category_slug", "created_at", "updated_at"]
