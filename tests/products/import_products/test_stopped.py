"""Ctrl-C while a command that does everything or nothing is at work."""

import signal
from itertools import islice

import pytest
from django.core.management import CommandError, call_command

from products.models import Category, Product

pytestmark = pytest.mark.django_db


def rows_until_stopped(rows, **_):
    yield from islice(rows, 2)
    signal.raise_signal(signal.SIGINT)  # what Ctrl-C sends


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
