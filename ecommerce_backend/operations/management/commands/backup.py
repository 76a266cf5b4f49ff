from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.utils import timezone
from tqdm import tqdm

from ecommerce_backend.operations.backups import BackupError, back_up
from ecommerce_backend.operations.pools import refuse_pool
from ecommerce_backend.operations.programs import NoProgramError


class Command(BaseCommand):
    help = "Write the whole database to a file, and its SHA-256 beside it. The shop stays open."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, nargs="?", help="by default backups/shop-DATE-TIME.dump")
        parser.add_argument("--database", default="default", choices=tuple(connections), help="which of DATABASES")

    def handle(self, *args: Any, file: Path | None, database: str, **options: Any) -> None:
        refuse_pool(connections[database])
        file = file or Path("backups") / f"shop-{timezone.now():%Y%m%d-%H%M%S}.dump"
        try:
            with tqdm(unit="B", unit_scale=True, disable=None) as bar:
                size = back_up(connections[database], file, progress=bar.update)
        except (BackupError, NoProgramError) as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{error.filename or file}: {error.strerror}. No backup was made.") from error
        self.stdout.write(f"{file}: {size:,} bytes. Restore it with: make restore FILE={file}")
