"""`prepare_development`, which `make run` begins with: interrupted, repeated, and several at once."""

import json
import signal
import subprocess

import pytest

from tests.embedded_postgres.folder import Folder
from tests.processes import Checkout

PREPARE = [".venv/bin/python", "manage.py", "prepare_development"]
PRODUCTS = 289


@pytest.fixture
def checkout(tmp_path):
    """One in which nothing was started yet."""
    with Checkout(tmp_path) as checkout:
        subprocess.run(["make", ".env"], cwd=tmp_path, env=checkout.environment, check=True, stdout=subprocess.PIPE)
        yield checkout
        Folder(tmp_path / ".postgres").close()


def start(checkout, command=PREPARE):
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    return subprocess.Popen(command, cwd=checkout.path, env=checkout.environment, **pipes)


def succeed(*processes):
    """What they printed."""
    outputs = [process.communicate(timeout=120)[0] for process in processes]
    assert [process.returncode for process in processes] == [0] * len(processes), outputs
    return outputs


def test_three_at_once_load_one_shop_and_name_the_same_passwords(checkout):
    outputs = succeed(*(start(checkout) for _ in range(3)))
    assert sum("Sample shop loaded: 289 products." in output for output in outputs) == 1
    assert len({output[output.index("Sign in") :] for output in outputs}) == 1


RECORDED = "django.db.migrations.executor.MigrationExecutor.record_migration"


@pytest.mark.parametrize("moment", [RECORDED, "users.services.ensure_demo_accounts"])
def test_killed_between_two_steps_it_begins_again_and_ends_with_the_shop(checkout, moment):
    killed = f"""
import django, os, signal
from unittest import mock
django.setup()
from django.core.management import call_command
with mock.patch("{moment}", lambda *_: os.kill(os.getpid(), signal.SIGKILL)):
    from products.management.commands import prepare_development
    call_command(prepare_development.Command())
"""
    environment = checkout.environment | {"DJANGO_SETTINGS_MODULE": "ecommerce_backend.settings"}
    died = subprocess.run([".venv/bin/python", "-c", killed], cwd=checkout.path, env=environment, check=False)
    assert died.returncode == -signal.SIGKILL
    assert "Sample shop loaded: 289 products." in succeed(start(checkout))[0]


def test_tables_without_the_shop_get_it_and_an_emptied_shop_stays_empty(checkout):
    folder = Folder(checkout.path / ".postgres")
    succeed(start(checkout, [".venv/bin/python", "manage.py", "migrate"]))
    with folder.user():
        succeed(start(checkout))
        assert folder.sql("SELECT count(*) FROM products_product") == PRODUCTS
        folder.sql("DELETE FROM products_product")
        succeed(start(checkout))
        assert folder.sql("SELECT count(*) FROM products_product") == 0


def test_a_half_written_file_of_passwords_is_written_again_with_passwords_that_work(checkout):
    succeed(start(checkout))
    file = checkout.path / ".postgres" / "demo-accounts.json"
    file.write_text(file.read_text()[:20])
    succeed(start(checkout))
    password = json.loads(file.read_text())["editor"]
    script = f"assert User.objects.get(username='editor').check_password('{password}')"
    succeed(start(checkout, [".venv/bin/python", "manage.py", "shell", "--command", script]))
