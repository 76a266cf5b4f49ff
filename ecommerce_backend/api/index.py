"""GET /api/: what there is."""

from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

# The key in the answer, and the name of the URL.
ENDPOINTS = {
    "products": "product-list",
    "facets": "product-facets",
    "categories": "category-list",
    "register": "register",
    "token": "token",
    "token_refresh": "token-refresh",
    "token_blacklist": "token-blacklist",
    "me": "me",
    "password": "password",
    "password_reset": "password-reset",
    "password_reset_confirm": "password-reset-confirm",
    "swagger": "swagger",
    "redoc": "redoc",
    "health": "health-ready",
}


class IndexView(APIView):
    """The endpoints, by name."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    schema_tag = "Index"

    def get_serializer(self) -> serializers.BaseSerializer:
        """The shape of the answer, for the document."""
        fields = {name: serializers.URLField(help_text="An absolute URL.") for name in ENDPOINTS}
        examples = {name: f"https://shop.example.com{reverse(url)}" for name, url in ENDPOINTS.items()}
        words = {"__doc__": "The endpoints, by name.", "schema_examples": examples}
        return type("IndexSerializer", (serializers.Serializer,), fields | words)()

    def get(self, request: Request) -> Response:
        """Absolute URLs."""
        return Response({name: reverse(url, request=request) for name, url in ENDPOINTS.items()})
