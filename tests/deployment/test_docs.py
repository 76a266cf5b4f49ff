"""docs/deployment.md, held to what is."""

import json
import re
import shutil
import subprocess

import pytest

from tests.embedded_postgres.folder import Folder
from tests.processes import ROOT, Checkout, gunicorn_configuration

TEXT = (ROOT / "docs/deployment.md").read_text()
PLANS = re.findall(r"^\| .+ \| (\d+) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$", TEXT, re.MULTILINE)


@pytest.mark.parametrize(("memory", "limit", "workers", "threads", "connections"), PLANS)
def test_the_arithmetic_is_the_servers(monkeypatch, memory, limit, workers, threads, connections):
    for name in ("WEB_CONCURRENCY", "WEB_THREADS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("WEB_MEMORY", memory)
    monkeypatch.setenv("WEB_CONNECTIONS", limit)
    server = gunicorn_configuration()
    assert (server["workers"], server["threads"]) == (int(workers), int(threads))
    assert server["workers"] * server["threads"] == int(connections) <= int(limit)


def test_the_table_has_every_size_that_it_speaks_of():
    assert len(PLANS) == 5


def test_the_processes_are_those_of_the_procfile():
    named = dict(re.findall(r"^\| `(\w+)` \| `(.+?)` \|", TEXT, re.MULTILINE))
    assert named == dict(line.split(": ") for line in (ROOT / "Procfile").read_text().splitlines())


def test_the_variables_that_are_set_by_hand_are_those_of_the_button():
    [line] = re.findall(r"heroku config:set (SECRET_KEY.*?)\n[a-z]", TEXT, re.DOTALL)
    by_hand = dict(re.findall(r"([A-Z_]+)=(\S+)", line))
    button = {name: each.get("value", "") for name, each in json.loads((ROOT / "app.json").read_text())["env"].items()}
    assert by_hand.pop("SECRET_KEY") == "$(openssl"
    assert by_hand.items() <= button.items()
    optional = {"SECRET_KEY", "SAMPLE_SHOP", "EMAIL_HOST", "CORS_ALLOWED_ORIGINS"}
    assert {*button} - optional == {*by_hand}


def test_a_backup_made_as_it_says_is_restored_as_it_says_on_another_machine(tmp_path):
    if shutil.which("sha256sum") is None:
        pytest.skip("no sha256sum on this machine")
    commands = [
        command
        for block in re.findall(r"```console\n(.*?)```", TEXT, re.DOTALL)
        for command in re.findall(r"^\$ (.+)$", block, re.MULTILINE)
    ]
    assert [command.split()[1] for command in commands] == ["backup", "backups", "restore"]
    machines = [tmp_path / name for name in ("one", "other")]
    for path in machines:
        path.mkdir()
    with Checkout(machines[0]) as one, Checkout(machines[1]) as other:

        def run(checkout, command):
            pipes = {"capture_output": True, "text": True}
            done = subprocess.run(
                command, shell=True, cwd=checkout.path, env=checkout.environment, timeout=120, check=False, **pipes
            )
            assert done.returncode == 0, done.stdout + done.stderr
            return done.stdout

        for checkout in (one, other):
            run(checkout, "make .env")
        run(one, ".venv/bin/python manage.py prepare_development")
        run(one, commands[0])
        assert run(one, commands[1]) == "shop.dump: OK\n"
        (other.path / "backups").mkdir()
        for file in (one.path / "backups").iterdir():
            file.rename(other.path / "backups" / file.name)
        assert "Restored" in run(other, commands[2])
        count = "from products.models import Product; print(Product.objects.count())"
        assert run(other, f'.venv/bin/python manage.py shell --no-imports --command "{count}"') == "289\n"
        for checkout in (one, other):
            Folder(checkout.path / ".postgres").close()
