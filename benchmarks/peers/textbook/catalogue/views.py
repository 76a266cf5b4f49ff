"""Two viewsets, as the tutorial has them."""

from typing import Any

import django_filters
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import filters, viewsets

from catalogue.models import Category, Product
from catalogue.serializers import CategorySerializer, ProductSerializer


class ProductFilter(django_filters.FilterSet):
    """By category and price."""

    category = django_filters.CharFilter(field_name="category__slug")
    min_price = django_filters.NumberFilter(field_name="price", lookup_expr="gte")
    max_price = django_filters.NumberFilter(field_name="price", lookup_expr="lte")

    class Meta:
        model = Product
        fields: list[str] = []


class OrderingFilter(filters.OrderingFilter):
    """DRF's, and the id behind it: without one, equal prices come in any order and answers cannot be compared."""

    def get_ordering(self, request: Any, queryset: Any, view: Any) -> Any:
        """The ordering asked for, and the id the same way."""
        ordering = super().get_ordering(request, queryset, view)
        if not request.query_params.get(self.ordering_param) or not ordering:
            return ordering
        return [*ordering, "-id" if ordering[-1].startswith("-") else "id"]


class ProductViewSet(viewsets.ModelViewSet):
    """Products: filters, `icontains` search, ordering, pages."""

    queryset = Product.objects.select_related("category")
    serializer_class = ProductSerializer
    filter_backends = [DjangoFilterBackend, filters.SearchFilter, OrderingFilter]
    filterset_class = ProductFilter
    search_fields = ["name"]
    ordering_fields = ["price", "created_at"]


class CategoryViewSet(viewsets.ModelViewSet):
    """Categories."""

    queryset = Category.objects.all()
    serializer_class = CategorySerializer
    lookup_field = "slug"
