"""What the documents promise is held to."""

import ast
import re

import pytest

from tests.processes import ROOT

DOCUMENTS = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])


def names_in(path):
    """The names of the tests in a file."""
    return {node.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)}


def test_every_promise_of_the_security_page_names_a_test_that_exists():
    named = re.findall(r"`(tests/\S+\.py)::(\w+)`", (ROOT / "docs/security.md").read_text())
    assert len(named) > 20
    assert [f"{path}::{name}" for path, name in named if name not in names_in(ROOT / path)] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_that_a_document_links_to_or_names_by_path_exists(document):
    text = document.read_text(encoding="utf-8")
    links = [document.parent / link for link in re.findall(r"\]\((?!http)([^)#]+)\)", text)]
    named = [
        ROOT / path for path in re.findall(r"`((?:products|users|tests|ecommerce_backend|docs)/[\w/.]+\.\w+)`", text)
    ]
    assert [path for path in [*links, *named] if not path.exists()] == []
