"""Commands that do everything or nothing."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.base import CommandError
from django.db import transaction


@contextmanager
def all_or_nothing(done: str) -> Iterator[None]:
    """A transaction: stopped with Ctrl-C it is undone, and the command ends with 130, as shells have it, and says so.

    - `done`: what has not happened then, as in "Nothing was imported."
    """
    try:
        with transaction.atomic():
            yield
    except KeyboardInterrupt:
        raise CommandError(f"Stopped. Nothing was {done}.", returncode=130) from None
