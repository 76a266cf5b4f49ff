"""The catalogue over HTTP."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS
from django.db.models import ProtectedError
from django.http import Http404, HttpResponse
from drf_yasg import openapi
from drf_yasg.utils import swagger_auto_schema
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.permissions import SAFE_METHODS, AllowAny
from rest_framework.request import Request
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from ecommerce_backend.api.conditional import content_tag, is_known
from ecommerce_backend.api.exceptions import Conflict
from ecommerce_backend.api.filters import FilterBackend, check_query_parameters
from ecommerce_backend.api.text import UUID_PATTERN, is_uuid
from ecommerce_backend.api.throttling import AddressThrottle
from ecommerce_backend.api.views import MethodFirstMixin
from ecommerce_backend.api.viewsets import ModelViewSet
from ecommerce_backend.replicas import Position
from products import services
from products.filters import ProductFilter
from products.models import Category, Generation, Product
from products.pictures import draw_picture
from products.querysets import CategoryRow, ProductRow
from products.representations import moment, represent_category, represent_product
from products.serializers import CategorySerializer, FacetsSerializer, ProductSerializer, ProductWriteSerializer
from users.permissions import CanEditCatalogueOrReadOnly

PICTURE_VERSION = openapi.Parameter(
    "v",
    openapi.IN_QUERY,
    description="The product's `updated_at`, as it was read. With it the picture may be kept for a year.",
    type=openapi.TYPE_STRING,
)

IN_USE = "This category still has products. Move or delete them first."


class CatalogueViewSet(ModelViewSet):
    """The base of the catalogue's: its generation says whether an answer holds. Everybody reads; editors write."""

    permission_classes = (CanEditCatalogueOrReadOnly,)

    def generation(self, using: str = DEFAULT_DB_ALIAS) -> Position:
        """The catalogue's."""
        return Generation.objects.current(using)

    def shown(self, make: Callable[[], Any]) -> tuple[Any, Position]:
        """What `make` returns, and the generation that it shows."""
        return Generation.objects.shown_by(make)


class ProductViewSet(CatalogueViewSet):
    """Browse the catalogue; editors may also add, change and remove products.

    list: List products. Every parameter composes with every other; one that does not exist is refused.
    retrieve: Read one product. Send its `ETag` along when you change it, and nobody's change is lost.
    create: Add a product. The answer is the product as it is read.
    update: Replace a product. Without a description, the old one stays. What a GET shows can be sent back as it is.
    partial_update: Change some fields of a product. Only the fields sent are written.
    destroy: Remove a product, for good.
    facets: Count what a list holds, by category, with its range of prices. Takes the filters of the list.
    """

    queryset = Product.objects.for_listing()
    serializer_class = ProductSerializer
    filterset_class = ProductFilter
    repeatable_parameters = frozenset({"category", "id"})
    ordering_fields = ("price", "created_at", "updated_at", "name")
    ordering_description = "Without it: newest first, or best match first with `search`."
    lookup_field = "id"
    lookup_value_regex = UUID_PATTERN.replace("a-f", "A-Fa-f")
    schema_tag = "Products"
    lookup_description = "The product's id, as the list shows it."

    @action(detail=False, filter_backends=[FilterBackend], pagination_class=None, serializer_class=FacetsSerializer)
    def facets(self, request: Request) -> HttpResponse:
        """Counts and prices of the selection, with their ETag, or 304 without a body."""
        return self.answer_list(request, self._facets)

    def _facets(self) -> Any:
        products: Any = self.filter_queryset(self.get_queryset())
        return self.get_serializer(products.facets()).data

    def get_object(self) -> Product | ProductRow:
        """The product; the row that a list shows when it is only read. Raises: Http404, PreconditionFailed."""
        if self.request.method not in SAFE_METHODS:
            product: Product = super().get_object()
            return product
        row = Product.objects.row(UUID(self.kwargs["id"]))
        if row is None:
            raise Http404
        return row

    def representation(self, instance: Product | ProductRow) -> dict[str, Any]:
        """What ProductSerializer shows."""
        return represent_product(instance)

    def get_serializer_class(self) -> type[BaseSerializer]:
        """What is read differs from what is written: the category."""
        reads = self.action in ("list", "retrieve", "facets")
        return super().get_serializer_class() if reads else ProductWriteSerializer


class PictureThrottle(AddressThrottle):
    """Pictures, by address; apart from other reads, since one page of a list has many."""

    scope = "picture"


class ProductPictureView(MethodFirstMixin, APIView):
    """A picture of the product, in SVG: always the same for the same product. Takes the product's `updated_at` as `v`.

    Kept for long, and still never out of date: an address that ends in the product's own `updated_at` names one state
    of it, and what is there holds for a year. The address without it, or with that of another state, is asked for
    again each time, which is 304 for as long as nothing has changed. Whatever the picture shows moves `updated_at`:
    name and category of the product, not the category's name.
    """

    detail = True
    throttle_classes = (PictureThrottle,)
    authentication_classes = ()
    permission_classes = (AllowAny,)
    schema_tag = "Products"
    schema_media_types = ("image/svg+xml",)
    schema_answers = {"GET": openapi.Schema(type=openapi.TYPE_FILE)}
    lookup_description = ProductViewSet.lookup_description

    def query_parameters(self) -> list[str]:
        """The names that a read of this view takes."""
        return ["v"]

    @swagger_auto_schema(manual_parameters=[PICTURE_VERSION])  # type: ignore[untyped-decorator]
    def get(self, request: Request, id: str) -> HttpResponse:
        """The picture with its ETag, or 304 without a body. Raises: Http404, ValidationError. Cost: one query."""
        check_query_parameters(request, allowed=self.query_parameters(), repeatable=set())
        if not is_uuid(id):
            raise Http404
        rows = Product.objects.only("id", "name", "category_id", "updated_at")
        product: Product = get_object_or_404(rows, id=id)
        picture = draw_picture(product.pk, product.name, product.category_id)
        tag = content_tag(picture.encode())
        is_this_state = request.query_params.get("v") == moment(product.updated_at)
        answer = HttpResponse(status=304) if is_known(request, tag) else HttpResponse(picture)
        answer["Content-Type"] = "image/svg+xml"
        answer["Cache-Control"] = "public, max-age=31536000, immutable" if is_this_state else "public, no-cache"
        answer["ETag"] = tag
        return answer


class CategoryViewSet(CatalogueViewSet):
    """Browse the categories; editors may also add, change and remove them.

    list: List categories, by name. Each says how many products are in it.
    retrieve: Read one category, by its slug or its id.
    create: Add a category. Without a slug, one is made from the name.
    update: Replace a category. Without a slug, the old one stays.
    partial_update: Change some fields of a category. Only the fields sent are written.
    destroy: Remove a category. Refused while it has products.
    """

    queryset = Category.objects.with_product_count()
    serializer_class = CategorySerializer
    ordering_fields = ("name", "slug", "product_count")
    ordering_description = "Without it: by name."
    lookup_field = "slug"
    lookup_value_regex = "[A-Za-z0-9_-]+"
    schema_tag = "Categories"
    lookup_description = "The category's slug or id, for example `lighting`."
    schema_problems = {("DELETE", "409"): Conflict(IN_USE)}

    def representation(self, instance: Category | CategoryRow) -> dict[str, Any]:
        """What CategorySerializer shows."""
        return represent_category(instance)

    def get_object(self) -> Category:
        """The category by slug or id. Raises: Http404, PreconditionFailed."""
        if is_uuid(self.kwargs["slug"]):
            self.lookup_field, self.lookup_url_kwarg = "id", "slug"
        category: Category = super().get_object()
        return category

    def perform_destroy(self, instance: Category) -> None:
        """Raises: Conflict when it has products."""
        try:
            services.delete_category(instance)
        except ProtectedError:
            raise Conflict(IN_USE) from None
