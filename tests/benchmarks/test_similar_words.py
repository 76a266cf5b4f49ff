"""What an index of trigrams gains can be measured."""

import os
from importlib import import_module
from unittest.mock import patch

import pytest

KINDS = ["of all kinds", "beginning alike"]


@pytest.mark.django_db
def test_every_way_is_measured_in_every_vocabulary(capsys):
    with patch.dict(os.environ):
        similar_words = import_module("benchmarks.similar_words")
    with patch.multiple(similar_words, WORDS=200, TIMES=1):
        similar_words.main()
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("|")[1].partition(" words ")[2].strip() for line in lines[2:4]] == KINDS
    assert [line.count(" ms") for line in lines[2:4]] == [2, 2]
