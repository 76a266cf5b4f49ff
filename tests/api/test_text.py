import sys
import unicodedata

import pytest
from django.core.exceptions import ValidationError

from ecommerce_backend.api.text import MARKS_IN_A_ROW, normalize_text, validate_line

# Whatever Unicode puts in order among its neighbours, which takes quadratic time.
MARKS = [
    character
    for character in map(chr, range(sys.maxunicode + 1))
    if unicodedata.combining(unicodedata.normalize("NFD", character)[0])
]


@pytest.mark.parametrize("mark", ["\u0301", "\u0344", "\u0f73"])
def test_too_many_marks_in_a_row_are_left_as_they_are_and_refused(mark):
    text = "a" + mark * (MARKS_IN_A_ROW + 1)
    assert normalize_text(f" {text} ") == text
    with pytest.raises(ValidationError, match="At most 30 accents"):
        validate_line(text)


def test_every_mark_counts_and_no_letter_does():
    assert all(normalize_text("q" + mark * 31) == "q" + mark * 31 for mark in MARKS)
    validate_line("é" * 31)


def test_a_name_of_a_megabyte_of_marks_is_refused(api, db):
    body = {"username": "\u0f73" * 300_000, "password": "x"}
    assert api.post("/api/token/", body).status_code == 400
