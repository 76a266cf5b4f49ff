"""`migrate_safely`, against locks that somebody really holds."""

import threading
import time
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection, migrations
from django.db.migrations.executor import MigrationExecutor

from ecommerce_backend.operations.migrating import MIGRATION_LOCK, LockedError, migrate_patiently
from products.services.categories import SLUG_LOCK
from products.services.loading import LOADING_LOCK
from tests.conftest import TEST_RUN_LOCK

LOCK = "LOCK TABLE products_product IN ACCESS SHARE MODE"  # what every SELECT takes
CHANGE = "ALTER TABLE products_product ADD COLUMN colour text"


def test_no_two_purposes_share_a_lock():
    """PostgreSQL knows advisory locks by their numbers alone."""
    locks = [MIGRATION_LOCK, SLUG_LOCK, LOADING_LOCK, TEST_RUN_LOCK]
    assert len(set(locks)) == len(locks)


def change():
    """A migration of the table that every reader reads: one transaction, like Django's."""
    with connection.schema_editor() as editor:
        migrations.RunSQL(CHANGE).database_forwards("products", editor, None, None)


def columns():
    with connection.cursor() as cursor:
        return [column.name for column in connection.introspection.get_table_description(cursor, "products_product")]


@pytest.fixture
def reader(other_connection):
    """Somebody who reads, in a transaction that is still open."""
    with other_connection.cursor() as cursor:
        cursor.execute("SET application_name = 'a long report'")
        cursor.execute(LOCK)
    other_connection.inc_thread_sharing()
    yield other_connection
    other_connection.rollback()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE products_product DROP COLUMN IF EXISTS colour")


def test_a_lock_that_is_held_is_waited_for_a_second_at_a_time_until_it_is_free(reader):
    said = []
    threading.Timer(1.2, reader.rollback).start()
    migrate_patiently(connection, change, attempts=10, say=said.append)
    assert "colour" in columns()
    assert said[0] == (
        "Attempt 1 of 10: canceling statement due to lock timeout. It changed nothing and is tried again."
    )


def test_readers_wait_no_longer_than_the_lock_does(reader):
    other = connection.copy()
    other.inc_thread_sharing()
    waits = []

    def read():
        for _ in range(12):
            begun = time.monotonic()
            with other.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM products_product")
            waits.append(time.monotonic() - begun)
            time.sleep(0.1)
        other.close()

    thread = threading.Thread(target=read)
    thread.start()
    with pytest.raises(LockedError):
        migrate_patiently(connection, change, attempts=1, say=print)
    thread.join()
    assert 0.3 < max(waits) < 1.5


def test_a_lock_that_is_never_free_ends_it_and_it_says_who_holds_it(reader):
    with pytest.raises(LockedError, match=r"Gave up after 2 attempts: .*\(a long report\) for [1-9] s\..*ends one"):
        migrate_patiently(connection, change, attempts=2, say=print)
    assert "colour" not in columns()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s), current_setting('lock_timeout')", [MIGRATION_LOCK])
        assert cursor.fetchone() == (True, "2s")
        cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATION_LOCK])


def test_one_migrates_and_another_waits_for_its_end(other_connection):
    with other_connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
    calls = []
    with pytest.raises(LockedError, match="another process is migrating this database"):
        migrate_patiently(connection, lambda: calls.append(1), attempts=1)
    other_connection.rollback()
    with other_connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATION_LOCK])
    migrate_patiently(connection, lambda: calls.append(2), attempts=1)
    assert calls == [2]


@pytest.mark.django_db(transaction=True)
def test_what_is_wrong_for_another_reason_is_not_tried_again():
    calls = []

    def fail():
        calls.append(1)
        raise OperationalError("no space left on device")

    with pytest.raises(OperationalError, match="no space left"):
        migrate_patiently(connection, fail)
    assert calls == [1]


@pytest.mark.django_db(transaction=True)
def test_the_command_migrates_and_a_second_time_has_nothing_to_do():
    call_command("migrate", "products", "0002", verbosity=0)
    call_command("migrate_safely", verbosity=0)
    leaves = MigrationExecutor(connection).loader.graph.leaf_nodes()
    assert MigrationExecutor(connection).migration_plan(leaves) == []
    output = StringIO()
    call_command("migrate_safely", stdout=output)
    assert "No migrations to apply." in output.getvalue()


@pytest.mark.django_db(transaction=True)
def test_no_attempts_are_refused():
    with pytest.raises(CommandError, match="--attempts must be 1 or more"):
        call_command("migrate_safely", attempts=0)
