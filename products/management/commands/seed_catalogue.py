import sys
from argparse import ArgumentParser
from contextlib import nullcontext
from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from products import sample_data, services
from products.management.transactions import all_or_nothing
from products.models import Category, Product


class Command(BaseCommand):
    help = "Load the sample shop. What is there already stays as it is."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--reset", action="store_true", help="delete the whole catalogue first")
        parser.add_argument(
            *("--no-input", "--noinput"), action="store_false", dest="interactive", help="do not ask before deleting"
        )
        parser.add_argument("--products", type=int, default=0, metavar="N", help="generate N products more")
        parser.add_argument("--seed", type=int, default=1, metavar="S", help="another seed, other products (default 1)")
        parser.add_argument(
            "--rebuild-indexes",
            action="store_true",
            help="for millions: build the indexes when all are there; until then products are answered with 503",
        )

    def handle(self, *args: Any, reset: bool, interactive: bool, products: int, seed: int, **options: Any) -> None:
        if products < 0:
            self.stderr.write("--products must not be negative.")
            raise SystemExit(2)
        if reset and interactive and sys.stdin.isatty():
            self._make_sure()
        with all_or_nothing("changed"):
            if reset:
                removed = services.clear_catalogue()
                self.stdout.write("Deleted {:,} products and {:,} categories.".format(*removed))
            self.stdout.write(f"Sample shop: {sample_data.load_sample_shop():,} products added.")
            if products:
                rows = sample_data.generate_products(products, seed=seed)
                indexes = services.without_indexes(partial(tqdm, unit=" indexes", disable=None))
                with indexes if options["rebuild_indexes"] else nullcontext():
                    added = services.insert_products(tqdm(rows, total=products, unit=" products", disable=None))
                self.stdout.write(f"Generated: {added:,} products added, {products - added:,} were there already.")

    def _make_sure(self) -> None:
        """Raises: CommandError unless whoever is at the terminal says yes."""
        count = f"{Product.objects.count():,} products and {Category.objects.count():,} categories"
        try:
            answer = input(f"This deletes {count}, your own among them. Type 'yes' to go on: ")
        except (EOFError, KeyboardInterrupt):
            answer = ""
        if answer != "yes":
            raise CommandError("Nothing was deleted.")
