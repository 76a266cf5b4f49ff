"""`backup` and `restore`, with PostgreSQL's own programs, into a real empty database."""

import hashlib
import re
from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections

from ecommerce_backend.operations.programs import NoProgramError, environment, program
from products import sample_data
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

OBJECTS = {
    "constraints": "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint",
    "indexes": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "triggers": "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "functions": "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
    "sequences": "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'",
    "extensions": "SELECT extname, extversion FROM pg_extension",
}


@pytest.fixture
def empty():
    """The alias of a database without a table."""
    copy = connection.copy()
    copy.settings_dict = {**copy.settings_dict, "NAME": f"{connection.settings_dict['NAME']}_restored"}
    name = connection.ops.quote_name(copy.settings_dict["NAME"])
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    connections["restored"] = copy
    connections.settings["restored"] = copy.settings_dict
    yield "restored"
    copy.close()
    del connections["restored"], connections.settings["restored"]
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def backup(tmp_path):
    """A backup of a shop with something in each part of it."""
    sample_data.load_sample_shop()
    UserFactory.create_batch(3)
    call_command("backup", tmp_path / "shop.dump", stdout=StringIO())
    return tmp_path / "shop.dump"


def everything(alias):
    """Every row of every table, and everything that is no row."""
    connection = connections[alias]
    with connection.cursor() as cursor:
        contents = {}
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT count(*), md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM "{table}" t')
            contents[table] = cursor.fetchone()
        for name, query in OBJECTS.items():
            cursor.execute(query)
            contents[name] = sorted(map(str, cursor.fetchall()))
    return contents


def test_what_is_restored_is_what_was_there_in_every_table(backup, empty):
    output = StringIO()
    call_command("restore", backup, database=empty, stdout=output)
    before, after = everything("default"), everything(empty)
    assert after == before
    assert (before["products_product"][0], before["users_user"][0]) == (289, 3)
    assert re.fullmatch(r"Restored \d\d tables from .*shop\.dump\.\n", output.getvalue())


def test_a_backup_is_for_its_owner_alone_and_its_checksum_is_that_of_sha256sum(backup):
    assert backup.stat().st_mode & 0o077 == 0
    promised = (backup.parent / "shop.dump.sha256").read_text()
    assert promised == f"{hashlib.sha256(backup.read_bytes()).hexdigest()}  shop.dump\n"
    assert sorted(path.name for path in backup.parent.iterdir()) == ["shop.dump", "shop.dump.sha256"]


def test_a_file_that_is_there_is_not_overwritten(backup):
    kept = backup.read_bytes()
    with pytest.raises(CommandError, match="is there already"):
        call_command("backup", backup)
    assert backup.read_bytes() == kept


def test_a_database_with_tables_is_not_overwritten(backup):
    before = everything("default")
    with pytest.raises(CommandError, match=r"is not empty: it has \d\d tables\. Restore into a new one"):
        call_command("restore", backup)
    assert everything("default") == before


def test_a_damaged_backup_restores_nothing(backup, empty):
    content = bytearray(backup.read_bytes())
    content[len(content) // 2] ^= 1
    backup.write_bytes(content)
    with pytest.raises(CommandError, match=r"is not what was written"):
        call_command("restore", backup, database=empty)
    assert connections[empty].introspection.table_names() == []


def test_half_a_backup_with_a_checksum_of_its_own_restores_nothing(backup, empty):
    half = backup.read_bytes()[: backup.stat().st_size // 2]
    backup.write_bytes(half)
    backup.with_name("shop.dump.sha256").write_text(f"{hashlib.sha256(half).hexdigest()}  shop.dump\n")
    with pytest.raises(CommandError, match=r"pg_restore failed, and nothing was changed:\n"):
        call_command("restore", backup, database=empty)
    assert connections[empty].introspection.table_names() == []


@pytest.mark.parametrize("missing", ["shop.dump", "shop.dump.sha256"])
def test_a_backup_that_is_not_whole_is_named(backup, empty, missing):
    backup.with_name(missing).unlink()
    with pytest.raises(CommandError, match=rf"{missing}: No such file or directory"):
        call_command("restore", backup, database=empty)


def test_a_backup_that_fails_leaves_no_file(tmp_path, monkeypatch):
    monkeypatch.setenv("PGCLIENTENCODING", "nonsense")
    with pytest.raises(CommandError, match=r"pg_dump failed, and nothing was changed:\n.*nonsense"):
        call_command("backup", tmp_path / "shop.dump")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(CommandError, match="No backup was made"):
        call_command("backup", tmp_path / "file" / "shop.dump")


def test_a_server_that_no_program_knows_is_told_what_to_install():
    with pytest.raises(NoProgramError, match="postgresql-client-99"):
        program("pg_dump", SimpleNamespace(pg_version=990000))


def test_the_programs_connect_where_the_commands_are_connected():
    elsewhere = connection.copy()
    options = {**elsewhere.settings_dict["OPTIONS"], "host": elsewhere.settings_dict["HOST"]}
    elsewhere.settings_dict = {**elsewhere.settings_dict, "HOST": "", "OPTIONS": options}
    try:
        assert environment(elsewhere)["PGHOST"] == connection.settings_dict["HOST"]
    finally:
        elsewhere.close()


def test_a_backup_whose_checksum_cannot_be_written_leaves_nothing(tmp_path, monkeypatch):
    synced = iter([None, OSError(28, "No space left on device")])

    def fsync(_):
        if error := next(synced):
            raise error

    monkeypatch.setattr("ecommerce_backend.operations.backups.os.fsync", fsync)
    with pytest.raises(CommandError, match="No space left on device"):
        call_command("backup", tmp_path / "shop.dump", stdout=StringIO())
    assert not [*tmp_path.iterdir()]
