"""The shapes of the catalogue."""

from products.serializers.categories import CategorySerializer
from products.serializers.facets import FacetsSerializer
from products.serializers.prices import PriceField
from products.serializers.products import ProductSerializer, ProductWriteSerializer

__all__ = ["CategorySerializer", "FacetsSerializer", "PriceField", "ProductSerializer", "ProductWriteSerializer"]
