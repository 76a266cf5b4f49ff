from django.apps import AppConfig


class UsersConfig(AppConfig):
    """Accounts: who somebody is, and how they prove it."""

    name = "users"
