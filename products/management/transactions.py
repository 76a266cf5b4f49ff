"""Commands that do everything or nothing."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.base import CommandError
from django.db import OperationalError, ProgrammingError, transaction
from psycopg2 import errorcodes

_WITHOUT_A_SCHEMA = {errorcodes.UNDEFINED_TABLE, errorcodes.UNDEFINED_COLUMN, errorcodes.UNDEFINED_FUNCTION}


@contextmanager
def all_or_nothing(done: str) -> Iterator[None]:
    """A transaction. When the database fails it is undone, and the command says why.

    So it is when it is stopped with Ctrl-C; the command ends with 130, as shells have it.
    - `done`: what has not happened then, as in "Nothing was imported."
    """
    try:
        with transaction.atomic():
            yield
    except KeyboardInterrupt:
        raise CommandError(f"Stopped. Nothing was {done}.", returncode=130) from None
    except OperationalError as error:
        raise CommandError(f"Nothing was {done}: {str(error).strip()}") from error
    except ProgrammingError as error:
        if getattr(error.__cause__, "pgcode", None) not in _WITHOUT_A_SCHEMA:
            raise
        raise CommandError(f"Nothing was {done}: the database needs `python manage.py migrate` first.") from error
