"""The files that other programs read, held to what the project really needs."""

import json
import re
import shlex
import shutil
import subprocess
import tomllib

import pytest
import yaml

from ecommerce_backend import environment
from tests.processes import ROOT, gunicorn_configuration

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
APP = json.loads((ROOT / "app.json").read_text())
WORKFLOWS = {path.name: yaml.safe_load(path.read_text()) for path in (ROOT / ".github/workflows").iterdir()}
REQUIREMENTS = ["requirements.txt", "requirements-dev.txt"]
REQUIREMENTS += [f"{folder}/requirements.txt" for folder in (".ci", "benchmarks", "docs")]
EXAMPLE = re.findall(r"^(?:# )?([A-Z_]+)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE)


def variables():
    """Every variable that the settings and the server read."""
    gunicorn_configuration()
    return environment.VARIABLES


def test_the_example_has_every_variable_that_is_read_and_no_other():
    assert sorted(name for name, _ in EXAMPLE) == sorted({*variables(), "POSTGRES_PASSWORD"})


def test_compose_and_heroku_set_only_variables_that_are_read():
    used = {*COMPOSE["services"]["web"]["environment"], *APP["env"]}
    assert used - variables() == {"SAMPLE_SHOP"}  # read by app.json itself, after the first release


def test_the_server_is_threaded_bounded_and_has_no_control_socket(monkeypatch):
    monkeypatch.setenv("PORT", "9000")
    server = gunicorn_configuration()
    assert (server["worker_class"], server["workers"], server["threads"]) == (
        "ecommerce_backend.worker.Worker",
        2,
        8,
    )
    assert (server["bind"], server["control_socket_disable"]) == ("0.0.0.0:9000", True)
    assert server["graceful_timeout"] < 30 < server["keepalive"]


@pytest.mark.parametrize(
    ("given", "workers", "threads"),
    [
        ({}, 2, 8),  # 512 MB and the 20 connections of the smallest plan
        ({"WEB_MEMORY": "1024", "WEB_CONNECTIONS": "40"}, 5, 8),
        ({"WEB_MEMORY": "1024"}, 5, 3),
        ({"WEB_CONNECTIONS": "8"}, 2, 4),
        ({"WEB_MEMORY": "128"}, 1, 8),
        ({"WEB_MEMORY": "8192", "WEB_CONNECTIONS": "10"}, 10, 1),
        ({"WEB_CONCURRENCY": "4"}, 4, 4),  # as Heroku's own script sets it
        ({"WEB_CONCURRENCY": "3", "WEB_THREADS": "20"}, 3, 20),  # what is given wins
    ],
)
def test_workers_follow_from_memory_and_threads_from_connections(monkeypatch, given, workers, threads):
    for name in ("WEB_MEMORY", "WEB_CONNECTIONS", "WEB_CONCURRENCY", "WEB_THREADS"):
        monkeypatch.delenv(name, raising=False)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    server = gunicorn_configuration()
    assert (server["workers"], server["threads"]) == (workers, threads)


def test_procfile_and_image_start_the_same_server():
    processes = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text().splitlines())
    assert processes == {
        "release": "python manage.py migrate_safely",
        "web": "gunicorn",
        "housekeeping": "python manage.py flush_expired",
    }
    assert 'CMD ["gunicorn"]' in (ROOT / "Dockerfile").read_text()


def test_the_image_runs_as_nobody_in_particular_from_a_second_stage():
    dockerfile = (ROOT / "Dockerfile").read_text()
    stages = re.split(r"^FROM ", dockerfile, flags=re.MULTILINE)[1:]
    assert len(stages) == 2
    assert re.search(r"^USER 10001$", stages[1], re.MULTILINE)
    assert "pip install" not in stages[1]


def test_every_path_that_the_image_copies_exists_and_is_not_ignored():
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    paths = [path for line in copied for path in line.split()]
    kept = re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE)
    assert sorted(paths) == sorted(kept)
    assert all((ROOT / path).exists() for path in paths)


def test_both_stages_of_the_image_begin_with_the_same_one_pinned_by_its_digest():
    bases = re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert len(bases) == 2
    assert len(set(bases)) == 1
    assert re.fullmatch(r"python:3\.13-slim-trixie@sha256:[0-9a-f]{64}", bases[0])
    assert (ROOT / ".python-version").read_text() == "3.13\n"


def requirements(name):
    lines = (ROOT / name).read_text().splitlines()
    return [line for line in lines if line and not line.startswith(("#", "-r "))]


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_every_requirement_is_pinned(name):
    pinned = re.compile(r"[A-Za-z0-9_.-]+(\[[a-z]+\])?==[0-9.]+")
    assert [line for line in requirements(name) if not pinned.fullmatch(line)] == []


def test_a_package_has_one_version_wherever_it_is_required():
    pins = sorted({tuple(line.split("==")) for name in REQUIREMENTS for line in requirements(name)})
    names = [name for name, _ in pins]
    assert names == sorted(set(names)), pins


def test_production_installs_no_development_database():
    assert "embedded" not in (ROOT / "requirements.txt").read_text()


def test_github_runs_every_check_that_make_does_on_every_python_and_postgresql_that_is_promised():
    jobs = WORKFLOWS["ci.yml"]["jobs"]
    [checks] = re.findall(r"^check: (.*?) ##", (ROOT / "Makefile").read_text(), re.MULTILINE)
    done = jobs["checks"]["steps"][-1]["run"].removeprefix("make ").split()
    assert sorted([*done, "test"]) == sorted(checks.split())
    assert jobs["tests"]["strategy"]["matrix"] == {"python": ["3.11", "3.12", "3.13"], "postgres": ["15", "18"]}
    assert (ROOT / ".ci/run").read_text().endswith('exec make "${@:-check}"\n')


def test_what_the_matrix_leaves_out_is_what_other_jobs_run():
    runs = {name: shlex.split(job["steps"][-1]["run"]) for name, job in WORKFLOWS["ci.yml"]["jobs"].items()}
    arguments = {name: run[-1].removeprefix("ARGS=") for name, run in runs.items() if run[:2] == [".ci/run", "test"]}
    left_out = {each.removeprefix("--ignore=") for each in arguments.pop("tests").split()}
    elsewhere = [each for run in arguments.values() for each in run.split()]
    assert left_out == set(elsewhere) == {"tests/browser", "tests/clients", "tests/scaling/test_two_hosts.py"}
    assert all((ROOT / each).exists() for each in left_out)
    # What node needs is installed where it is used.
    assert {name for name in ("tests", *arguments) if "NODE=" not in runs[name]} == {"clients"}


@pytest.mark.parametrize("name", WORKFLOWS)
def test_every_action_is_pinned_by_digest_and_every_job_says_what_it_may(name):
    used = re.findall(r"uses: (.*)$", (ROOT / ".github/workflows" / name).read_text(), re.MULTILINE)
    assert [each for each in used if not re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", each)] == []
    assert WORKFLOWS[name]["permissions"] == {}
    assert all(job["permissions"] and job["timeout-minutes"] for job in WORKFLOWS[name]["jobs"].values())


def test_a_release_has_the_notes_of_its_version_and_none_is_made_without(tmp_path):
    shutil.copytree(ROOT / ".ci", tmp_path / ".ci")
    (tmp_path / "CHANGELOG.md").write_text(
        "# C\n\n## [1.1.0] - 2026-02-01\n\n- New.\n\n## [1.1] - x\n\n- Old.\n\n## [1.0.0]\n"
    )
    notes = [
        subprocess.run([tmp_path / ".ci/changelog", each], capture_output=True, text=True, check=False)
        for each in ("1.1.0", "1.0.0", "9.9.9")
    ]
    assert [(done.returncode, done.stdout) for done in notes] == [(0, "- New.\n"), (1, ""), (1, "")]
    assert notes[2].stderr == "CHANGELOG.md has nothing about 9.9.9.\n"
    assert "## [Unreleased]" in (ROOT / "CHANGELOG.md").read_text()


def test_the_oldest_python_is_the_same_everywhere():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert project["tool"]["ruff"]["target-version"] == "py311"
    assert project["tool"]["mypy"]["python_version"] == "3.11"
