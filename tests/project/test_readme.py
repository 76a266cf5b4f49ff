"""The README, followed by somebody who types what it says into a fresh checkout."""

import os
import re
import shutil
import subprocess

import pytest

from tests.processes import ROOT, Checkout, free_port

README = (ROOT / "README.md").read_text(encoding="utf-8")
FOLLOWED = [ROOT / "README.md", ROOT / "docs" / "tutorial.md", *sorted((ROOT / "docs" / "guides").glob("*.md"))]
# What a test of its own stands for.
ELSEWHERE = {
    "make test": "this is it",
    "python3 -m http.server --bind 127.0.0.1 8080": "serves the reader's folder, as tests/browser/test_guides.py does",
    "docker compose up": "needs a Docker engine: the file is checked in test_deployment_files.py",
}


def commands(document=ROOT / "README.md"):
    """Each command of a document with the output it promises."""
    text = document.read_text(encoding="utf-8")
    blocks = re.findall(r"^ *```console\n(.*?)^ *```", text, re.MULTILINE | re.DOTALL)
    steps = [step for block in blocks for step in re.split(r"^ *\$ ", block, flags=re.MULTILINE)[1:]]
    return [tuple(part.strip() for part in step.partition("\n")[::2]) for step in steps]


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """A checkout in which `make run` is running."""
    with Checkout(tmp_path_factory.mktemp("readme")) as checkout:
        checkout.run_server("make run", port=free_port())
        yield checkout


def test_the_readme_begins_with_the_two_commands():
    assert [command for command, _ in commands()][:2] == ["make run", "make test"]


@pytest.mark.parametrize("document", FOLLOWED, ids=lambda path: path.stem)
def test_every_sample_is_in_a_language_that_a_test_runs(document):
    """Here, or in tests/browser/test_guides.py, which runs all pages but the README. `text` is no sample."""
    run = {"console", "text"} if document.name == "README.md" else {"console", "text", "js", "html"}
    opened = re.findall(r"^ *```(.*)$", document.read_text(encoding="utf-8"), re.MULTILINE)[::2]
    assert set(opened) - run == set()


@pytest.mark.parametrize("document", [each for each in FOLLOWED if commands(each)], ids=lambda path: path.stem)
def test_every_command_does_what_it_says(shop, document):
    if shutil.which("curl") is None:
        assert not os.environ.get("CI"), "CI has to have curl"
        pytest.skip("no curl on this machine")
    for command, promised in commands(document):
        if command == "make run" or command in ELSEWHERE:
            continue
        real = command.replace(":8000", f":{shop.port}").replace("curl ", "curl --silent --show-error ")
        done = subprocess.run(
            real,
            shell=True,
            cwd=shop.path,
            env=shop.environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stderr}"
        pattern = re.escape(promised.replace(":8000", f":{shop.port}")).replace("…", '[^"]+')
        assert re.fullmatch(pattern, done.stdout.strip()), f"{command}\n{done.stdout}"


def test_what_make_run_prints_is_in_the_readme(shop):
    [printed] = re.findall(r"```text\n(  API .*?)```", README, re.DOTALL)
    pattern = re.escape(printed.rstrip()).replace("…", r"\S+").replace("8000", str(shop.port))
    assert re.search(pattern, shop.output())


def test_every_file_that_the_readme_links_to_is_there():
    links = re.findall(r"\]\((?!http)([^)#]+)\)", README)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_endpoints_of_the_readme_are_the_documented_ones(document):
    listed = {
        (method, path)
        for paths, methods in re.findall(r"^\| (`/.*?) \| ([A-Z, ]*) \|", README, re.MULTILINE)
        for path in re.findall(r"`(/(?:api|health)/[^`]*)`", paths)
        for method in methods.split(", ")
    }
    documented = {(method, re.sub(r"\{slug\}", "{slug or id}", path)) for method, path in document.operations}
    assert listed == documented
