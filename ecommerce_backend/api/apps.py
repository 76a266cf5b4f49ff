from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The policy of every endpoint, and the tables that it needs."""

    name = "ecommerce_backend.api"
    label = "api"
