from django.urls import path
from rest_framework.routers import SimpleRouter

from products.views import CategoryViewSet, ProductPictureView, ProductViewSet

router = SimpleRouter()
router.register("products", ProductViewSet, basename="product")
router.register("categories", CategoryViewSet, basename="category")

urlpatterns = [
    *router.urls,
    path("products/<str:id>/picture.svg", ProductPictureView.as_view(), name="product-picture"),
]
