from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from tqdm import tqdm

from ecommerce_backend.operations.backups import BackupError, restore
from ecommerce_backend.operations.pools import refuse_pool
from ecommerce_backend.operations.programs import NoProgramError


class Command(BaseCommand):
    help = "Fill an empty database from a backup: with all of it, or with nothing."

    # There is nothing in the database yet that could be checked.
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="what `backup` has written")
        parser.add_argument("--database", default="default", choices=tuple(connections), help="which of DATABASES")

    def handle(self, *args: Any, file: Path, database: str, **options: Any) -> None:
        connection = connections[database]
        refuse_pool(connection)
        try:
            size = file.stat().st_size
            with tqdm(total=size, unit="B", unit_scale=True, disable=None) as bar:
                restore(connection, file, progress=bar.update)
        except (BackupError, NoProgramError) as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{error.filename or file}: {error.strerror}. Nothing was restored.") from error
        self.stdout.write(f"Restored {len(connection.introspection.table_names())} tables from {file}.")
