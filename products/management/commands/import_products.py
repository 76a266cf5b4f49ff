from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from products.bulk.columns import COLUMNS, Columns
from products.bulk.importing import BadRow, BadRowsError, Importer
from products.bulk.readers import UnreadableFileError, read_records
from products.management.transactions import all_or_nothing

SHOWN_BAD_ROWS = 50


def column_pair(text: str) -> tuple[str, str]:
    """`theirs=ours`, apart."""
    theirs, _, ours = text.rpartition("=")
    if not theirs or ours not in COLUMNS:
        raise ArgumentTypeError(f"'{text}' is not THEIRS=OURS, with OURS one of: {', '.join(COLUMNS)}")
    return theirs, ours


class Command(BaseCommand):
    help = (
        "Import products from a CSV, JSON or JSON Lines file: all of them, or none when a row is bad. "
        "CSV may have commas, semicolons, tabs or bars; a price may be 1234.50, 1234,50 or 1.234,50."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="ends in .csv, .json, .jsonl or .ndjson; UTF-8")
        parser.add_argument(
            *("--map", "-m"),
            action="extend",
            nargs="+",
            type=column_pair,
            default=[],
            metavar="THEIRS=OURS",
            help=f"a column that is named differently; ours are {', '.join(COLUMNS)}",
        )
        parser.add_argument("--key", default="", metavar="COLUMN", help="their column that says which product a row is")
        parser.add_argument("--source", default="", metavar="NAME", help="keeps equal keys of two suppliers apart")
        parser.add_argument("--skip-bad", action="store_true", help="import the good rows, report the bad ones")

    def handle(self, *args: Any, file: Path, skip_bad: bool, **options: Any) -> None:
        theirs, ours = [their for their, _ in options["map"]], [our for _, our in options["map"]]
        if len(set(ours)) < len(ours):
            raise CommandError("--map: two columns cannot fill one of ours.")
        if len(set(theirs)) < len(theirs):
            raise CommandError("--map: one column cannot fill two of ours.")
        if options["source"] and not options["key"]:
            raise CommandError("--source keeps keys apart: --key says which column has them.")
        columns = Columns(dict(options["map"]), options["key"])
        try:
            records = read_records(file, columns.check)
            with all_or_nothing("imported"):
                report = Importer(columns, source=options["source"]).run(
                    tqdm(records, unit=" rows", disable=None), skip_bad=skip_bad
                )
        except UnreadableFileError as error:
            raise CommandError(str(error)) from error
        except BadRowsError as error:
            self._list(error.bad_rows)
            raise CommandError(
                f"Nothing was imported: {len(error.bad_rows)} bad rows. "
                "Mend them, or import the others with --skip-bad."
            ) from error
        self._list(report.bad_rows)
        created, updated, unchanged = report.upserted
        self.stdout.write(
            f"{created:,} products created, {updated:,} updated, {unchanged:,} unchanged; "
            f"{len(report.new_categories):,} categories created; {len(report.bad_rows):,} bad rows skipped."
        )

    def _list(self, bad_rows: list[BadRow]) -> None:
        for row in bad_rows[:SHOWN_BAD_ROWS]:
            self.stderr.write(f"Row {row.number}: {row.reason}")
        if len(bad_rows) > SHOWN_BAD_ROWS:
            self.stderr.write(f"… and {len(bad_rows) - SHOWN_BAD_ROWS:,} more.")
