from django.apps import AppConfig

from ecommerce_backend.telemetry import queries


class ApiConfig(AppConfig):
    """The policy of every endpoint, and the tables that it needs."""

    name = "ecommerce_backend.api"
    label = "api"

    def ready(self) -> None:
        """Watch the queries."""
        queries.watch()
