"""Commands that do everything or nothing: Ctrl-C, a database that fails, and one that is busy."""

import signal
from itertools import islice

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections

from products.models import Category, Product
from products.services import loading
from tests.processes import free_port
from tests.products.import_products.conftest import row, stored

pytestmark = pytest.mark.django_db


def rows_until_stopped(rows, **_):
    yield from islice(rows, 2)
    signal.raise_signal(signal.SIGINT)  # what Ctrl-C sends


@pytest.fixture
def interruptible():
    """Ctrl-C interrupts these tests even where whoever started them has it ignored, as shells do with `make test &`."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize(
    ("command", "arguments", "done"),
    [("import_products", ["a.csv"], "imported"), ("seed_catalogue", ["--products", "3"], "changed")],
)
def test_a_command_that_is_stopped_says_that_nothing_was_done(tmp_path, monkeypatch, command, arguments, done):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.csv").write_text("name,price,category\n" + "Mug,1,Kitchen\n" * 3)
    monkeypatch.setattr(f"products.management.commands.{command}.tqdm", rows_until_stopped)
    with pytest.raises(CommandError, match=f"^Stopped. Nothing was {done}.$") as stopped:
        call_command(command, *arguments)
    assert (stopped.value.returncode, Product.objects.count(), Category.objects.count()) == (130, 0, 0)


@pytest.fixture
def elsewhere():
    """Be connected to another database from now on."""

    def connect(**changes):
        other = connection.copy()
        other.settings_dict = other.settings_dict | changes
        connections["default"] = other

    before = connections["default"]
    yield connect
    connections["default"].close()
    connections["default"] = before


def test_without_a_database_a_command_says_so(run, elsewhere):
    elsewhere(HOST="127.0.0.1", PORT=str(free_port()))
    assert run([row()])[1].startswith('Nothing was imported: connection to server at "127.0.0.1", port ')
    with pytest.raises(CommandError, match=r"^Nothing was changed: connection to server .*refused"):
        call_command("seed_catalogue")


def test_with_a_new_database_a_command_says_what_it_needs(run, elsewhere):
    elsewhere(NAME="postgres")
    needed = "the database needs `python manage.py migrate` first."
    assert run([row()])[1] == f"Nothing was imported: {needed}"
    with pytest.raises(CommandError, match=f"^Nothing was changed: {needed}$"):
        call_command("seed_catalogue")


def test_who_has_to_wait_for_another_import_is_told(run, other_connection, monkeypatch):
    with other_connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [loading.LOADING_LOCK])
    told = []
    monkeypatch.setattr(loading.logger, "warning", lambda text: (told.append(text), other_connection.rollback()))
    run([row()])
    assert told == ["Another import, or a loading of the sample shop, is at work. This one begins when it ends."]
    assert stored("name") == [("Mug",)]
