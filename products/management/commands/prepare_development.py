import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection, transaction

from products import sample_data, services
from users.services import CUSTOMER, EDITOR, ensure_demo_accounts


class Command(BaseCommand):
    help = "What `make run` does before it serves: migrate, load the sample shop once, say how to sign in."

    # The database may not have a single table yet.
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--url", default="http://127.0.0.1:8000", help="where it will be served")

    def handle(self, *args: Any, url: str, **options: Any) -> None:
        # All or nothing, one at a time. Django itself records a migration in another transaction than the one that has
        # run it: killed in between, it would find its own tables in the way for ever after.
        with transaction.atomic():
            services.lock_loading()
            self._prepare(url)

    def _prepare(self, url: str) -> None:
        with connection.cursor() as cursor:
            # Rows that one migration leaves to be checked later keep the next one from changing their table.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        call_command("migrate", verbosity=0, stdout=sys.stdout)
        if loaded := sample_data.load_first_shop():
            self.stdout.write(f"Sample shop loaded: {loaded} products.")
        self.stdout.write(f"\n  API       {url}/api/\n  Swagger   {url}/swagger/\n  Admin     {url}/admin/\n")
        # Accounts with a password on disk are for the embedded database alone, which is on no network.
        if connection.settings_dict["ENGINE"] == "ecommerce_backend.embedded_postgres":
            file = Path(settings.BASE_DIR) / ".postgres" / "demo-accounts.json"
            passwords = ensure_demo_accounts(file)
            self.stdout.write(
                f"  Sign in   {EDITOR} / {passwords[EDITOR]}  (writes the catalogue, uses the admin)\n"
                f"            {CUSTOMER} / {passwords[CUSTOMER]}  (reads)\n"
                f"            kept in {file.relative_to(settings.BASE_DIR)}\n"
            )
        else:
            self.stdout.write("  Sign in   as a superuser: manage.py createsuperuser\n")
