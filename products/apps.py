from django.apps import AppConfig


class ProductsConfig(AppConfig):
    """The catalogue: categories and the products in them."""

    name = "products"
