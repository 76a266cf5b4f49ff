"""What the documents promise is held to."""

import ast
import re
import subprocess
import sys

import pytest
from rest_framework.exceptions import APIException, NotAcceptable

import ecommerce_backend.api.schema.problem  # one is answered by the worker, and only documented
import ecommerce_backend.urls  # noqa: F401 - every other problem is defined once the views are
from tests.processes import ROOT

DOCUMENTS = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])


def names_in(path):
    """The names of the tests in a file."""
    return {node.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)}


def kinds_of(problem):
    """Its subclasses, and theirs."""
    return {kind for child in problem.__subclasses__() for kind in {child, *kinds_of(child)}}


def test_every_promise_of_the_security_page_names_a_test_that_exists():
    named = re.findall(r"`(tests/\S+\.py)::(\w+)`", (ROOT / "docs/security.md").read_text())
    assert len(named) > 20
    assert [f"{path}::{name}" for path, name in named if name not in names_in(ROOT / path)] == []


def test_the_error_codes_of_the_api_page_are_those_that_there_are():
    listed = re.findall(r"^\| (\d+) \| `(\w+)` \|", (ROOT / "docs/api.md").read_text(), re.MULTILINE)
    # Content negotiation never fails: everybody gets JSON. Other tests define problems of their own.
    classes = {each for each in kinds_of(APIException) - {NotAcceptable} if not each.__module__.startswith("tests.")}
    there = {(str(int(each.status_code)), each.default_code) for each in classes}
    assert (set(listed), len(listed)) == (there, len(there))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_that_a_document_links_to_or_names_by_path_exists(document):
    text = document.read_text(encoding="utf-8")
    links = [document.parent / link for link in re.findall(r"\]\((?!http)([^)#]+)\)", text)]
    named = [
        ROOT / path for path in re.findall(r"`((?:products|users|tests|ecommerce_backend|docs)/[\w/.]+\.\w+)`", text)
    ]
    assert [path for path in [*links, *named] if not path.exists()] == []


def test_the_pages_are_built_without_a_broken_link_or_anchor(tmp_path):
    """Strict: a page that no menu leads to is an error, too."""
    mkdocs = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", str(tmp_path)]
    done = subprocess.run(mkdocs, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    pages = [page.read_text() for page in tmp_path.rglob("*.html")]
    assert len(pages) > len(DOCUMENTS) / 2
    # Nothing is loaded from another site.
    assert [page for page in pages if re.search(r'<(?:script|img|link rel="stylesheet")[^>]*"https?://', page)] == []


def test_addresses_outside_are_written_as_addresses():
    wrong = [
        link
        for document in DOCUMENTS
        for link in re.findall(r"\]\((http[^)]*)\)", document.read_text(encoding="utf-8"))
        if not re.fullmatch(r"https?://[\w.-]+(:\d+)?(/[^\s]*)?", link)
    ]
    assert wrong == []
