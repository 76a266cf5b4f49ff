"""Backups: one file in PostgreSQL's custom format, and beside it its SHA-256, as `sha256sum --check` reads it.

Source: https://www.postgresql.org/docs/current/app-pgdump.html
"""

import hashlib
import os
import subprocess
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from django.db.backends.base.base import BaseDatabaseWrapper

from ecommerce_backend.operations.programs import environment, program

CHUNK_BYTES = 1024 * 1024
SUFFIX = ".sha256"


class BackupError(Exception):
    """A backup was not made, or not restored; the message says why, and what to do."""


def back_up(connection: BaseDatabaseWrapper, file: Path, *, progress: Callable[[int], Any]) -> int:
    """Write the database to `file`, readable for its owner alone: it holds hashes of passwords. Return its size.

    Its checksum comes last: a file without one is not whole. `progress` is told of bytes as they come.
    Raises: BackupError, OSError. Cost: one snapshot; nobody is kept from reading or writing.
    """
    for path in (file, checksum_file(file)):
        if path.exists():
            raise BackupError(f"{path} is there already. Name another file, or move that one away.")
    connection.ensure_connection()  # starts the embedded server, and keeps it
    file.parent.mkdir(parents=True, exist_ok=True)
    command = [str(program("pg_dump", connection)), "--format=custom", "--no-owner", "--no-privileges"]
    try:
        with open(file, "xb", opener=_for_its_owner) as target:
            checksum = _dump(command, environment(connection), target, progress)
            os.fsync(target.fileno())
        with checksum_file(file).open("w") as promise:
            promise.write(f"{checksum}  {file.name}\n")
            promise.flush()
            os.fsync(promise.fileno())
    except FileExistsError:
        raise
    except BaseException:  # Ctrl-C, too
        file.unlink(missing_ok=True)
        checksum_file(file).unlink(missing_ok=True)
        raise
    return file.stat().st_size


def restore(connection: BaseDatabaseWrapper, file: Path, *, progress: Callable[[int], Any]) -> None:
    """Fill the empty database of `connection` from `file`: with all of it, or with nothing.

    Raises: BackupError, also for a database that has a table already.
    """
    _check(file)
    if tables := connection.introspection.table_names():
        raise BackupError(
            f"The database {connection.settings_dict['NAME']} is not empty: it has {len(tables)} tables. "
            "Restore into a new one: createdb NAME, and name it in DATABASE_URL."
        )
    command = [str(program("pg_restore", connection)), "--no-owner", "--no-privileges", "--exit-on-error"]
    command += ["--single-transaction", "--dbname", environment(connection)["PGDATABASE"]]
    with (
        tempfile.TemporaryFile() as errors,
        file.open("rb") as source,
        subprocess.Popen(command, env=environment(connection), stdin=subprocess.PIPE, stderr=errors) as process,
    ):
        assert process.stdin is not None
        with suppress(BrokenPipeError):  # it has ended early, and says why
            while chunk := source.read(CHUNK_BYTES):
                process.stdin.write(chunk)
                progress(len(chunk))
            process.stdin.close()
        _succeed("pg_restore", process.wait(), errors)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # a backup has no statistics, without which the planner guesses


def _for_its_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def checksum_file(file: Path) -> Path:
    """Where the SHA-256 of a backup is."""
    return file.with_name(file.name + SUFFIX)


def _check(file: Path) -> None:
    try:
        with file.open("rb") as source:
            found = hashlib.file_digest(source, "sha256").hexdigest()
        promised = checksum_file(file).read_text(errors="replace").partition(" ")[0]
    except OSError as error:
        raise BackupError(
            f"{error.filename}: {error.strerror}. A backup is two files, FILE and FILE{SUFFIX}."
        ) from error
    if found != promised:
        raise BackupError(f"{file} is not what was written: its SHA-256 is not the one in {checksum_file(file).name}.")


def _dump(command: list[str], variables: dict[str, str], target: IO[bytes], progress: Callable[[int], Any]) -> str:
    """The SHA-256 of what the program printed into `target`."""
    checksum = hashlib.sha256()
    with (
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(command, env=variables, stdout=subprocess.PIPE, stderr=errors) as process,
    ):
        assert process.stdout is not None
        while chunk := process.stdout.read(CHUNK_BYTES):
            target.write(chunk)
            checksum.update(chunk)
            progress(len(chunk))
        target.flush()
        _succeed("pg_dump", process.wait(), errors)
    return checksum.hexdigest()


def _succeed(name: str, code: int, errors: IO[bytes]) -> None:
    if code:
        errors.seek(0)
        raise BackupError(f"{name} failed, and nothing was changed:\n{errors.read().decode(errors='replace').strip()}")
