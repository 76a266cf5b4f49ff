"""What counts as text that people can read, and its one normal form. Pure functions and Django validators."""

import re
import unicodedata
from itertools import groupby

from django.core.exceptions import ValidationError

# Blank, though Unicode calls them letters or symbols: Hangul and Khmer fillers, the braille blank.
_FILLERS = frozenset("\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
# Trimmed from the ends. Not the format characters that end an emoji (variation selectors, tags).
_BLANKS = " \t\n\r\f\v\u00a0\u00ad\u1680\u180e\u2028\u2029\u202f\u205f\u2800\u3000\u3164\ufeff" + "".join(
    map(chr, [*range(0x2000, 0x2010), *range(0x2060, 0x2065)])
)
# Embeddings, overrides and isolates make a name read other than it is stored.
_BIDI_CONTROLS = "\u202a-\u202e\u2066-\u2069"
# Code points that are no characters, in every plane, and halves of surrogate pairs.
_NONCHARACTERS = r"\ud800-\udfff\ufdd0-\ufdef" + "".join(
    f"\\U{plane:04x}fffe\\U{plane:04x}ffff" for plane in range(0x11)
)
# With control characters, and in a line its separators.
_FORBIDDEN_IN_LINE = re.compile(rf"[\x00-\x1f\x7f-\x9f\u2028\u2029{_NONCHARACTERS}{_BIDI_CONTROLS}]")
_FORBIDDEN_IN_TEXT = re.compile(rf"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f{_NONCHARACTERS}{_BIDI_CONTROLS}]")
# Not assigned yet, but set aside for characters that are not seen.
_INVISIBLE_RESERVE = re.compile(r"[\u2065\ufff0-\ufff8\U000e0000-\U000e0fff]")
UUID_PATTERN = r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}"
# Marks by what they are made of, though Unicode gives them a letter's class: each is put in order as two.
_COMPOSED_MARKS = "\u0f73\u0f75\u0f81"
MARKS_IN_A_ROW = 30  # Source: Unicode Standard Annex 15, Stream-Safe Text Format


def normalize_text(text: str) -> str:
    """`text` in Unicode normal form C, without blanks and zero-width characters at its ends.

    With too many marks in a row it is only trimmed: putting them in order takes quadratic time.
    """
    text = text.strip(_BLANKS)
    return text if _has_too_many_marks(text) else unicodedata.normalize("NFC", text)


def _has_too_many_marks(text: str) -> bool:
    if text.isascii():
        return False
    runs = groupby(text, key=_is_mark)
    return any(marks and len(list(run)) > MARKS_IN_A_ROW for marks, run in runs)


def _is_mark(character: str) -> bool:
    return unicodedata.combining(character) > 0 or character in _COMPOSED_MARKS


def _is_invisible(character: str) -> bool:
    # Z: separators. Cf: format characters, such as the zero-width space. M: marks, which need a letter to sit on.
    invisible = unicodedata.category(character) in ("Zs", "Zl", "Zp", "Cf", "Mn", "Me")
    return invisible or character in _FILLERS or _INVISIBLE_RESERVE.match(character) is not None


def is_uuid(text: str) -> bool:
    """Whether this is an id as URLs and bodies have it. UUID() also takes braces, "urn:uuid:" and hyphens anywhere."""
    return re.fullmatch(UUID_PATTERN, text, re.IGNORECASE) is not None


def validate_line(text: str) -> None:
    """Raises: ValidationError when `text` has characters that do not belong in a name, or none that can be seen."""
    _refuse(_FORBIDDEN_IN_LINE, text)
    if text and all(map(_is_invisible, text)):
        raise ValidationError("This field may not be blank.", code="blank")


def validate_multiline(text: str) -> None:
    """Raises: ValidationError for control characters other than tab and line breaks."""
    _refuse(_FORBIDDEN_IN_TEXT, text)


def _refuse(forbidden: re.Pattern[str], text: str) -> None:
    if forbidden.search(text):
        raise ValidationError("Control and text-direction characters are not allowed.", code="invalid_characters")
    if _has_too_many_marks(text):
        raise ValidationError(f"At most {MARKS_IN_A_ROW} accents may follow each other.", code="invalid_characters")
