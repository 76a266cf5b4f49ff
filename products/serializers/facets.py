"""What a sidebar shows beside a list."""

from rest_framework import serializers

from products.serializers.prices import PriceField


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
