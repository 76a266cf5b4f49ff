from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from ecommerce_backend.operations.migrating import ATTEMPTS, LockedError, migrate_patiently
from ecommerce_backend.operations.pools import refuse_pool


class Command(BaseCommand):
    help = "Migrate a shop that is open: wait briefly for each lock, give way, and try again."

    # The database may not have a single table yet.
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--attempts", type=int, default=ATTEMPTS, metavar="N", help="give up after so many")
        parser.add_argument("--database", default="default", choices=tuple(connections), help="which of DATABASES")

    def handle(self, *args: Any, attempts: int, database: str, verbosity: int, **options: Any) -> None:
        refuse_pool(connections[database])
        if attempts < 1:
            raise CommandError("--attempts must be 1 or more.")
        try:
            migrate_patiently(
                connections[database],
                lambda: call_command(
                    "migrate", database=database, interactive=False, verbosity=verbosity, stdout=self.stdout
                ),
                attempts=attempts,
                say=self.stderr.write,
            )
        except LockedError as error:
            raise CommandError(str(error)) from error
