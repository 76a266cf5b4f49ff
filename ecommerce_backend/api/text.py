"""What counts as text that people can read, and its one normal form. Pure functions and Django validators."""

import re
import unicodedata

from django.core.exceptions import ValidationError

# Blank, though Unicode calls them letters or symbols: Hangul and Khmer fillers, the braille blank.
_FILLERS = frozenset("\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
# Trimmed from the ends. Not the format characters that end an emoji (variation selectors, tags).
_BLANKS = " \t\n\r\f\v\u00a0\u00ad\u1680\u180e\u2028\u2029\u202f\u205f\u2800\u3000\u3164\ufeff" + "".join(
    map(chr, [*range(0x2000, 0x2010), *range(0x2060, 0x2065)])
)
# Embeddings, overrides and isolates make a name read other than it is stored.
_BIDI_CONTROLS = "\u202a-\u202e\u2066-\u2069"
# Control characters, line and paragraph separators, halves of surrogate pairs, noncharacters.
_FORBIDDEN_IN_LINE = re.compile(
    rf"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff{_BIDI_CONTROLS}]"
)
_FORBIDDEN_IN_TEXT = re.compile(
    rf"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff{_BIDI_CONTROLS}]"
)


def normalize_text(text: str) -> str:
    """`text` in Unicode normal form C, without blanks and zero-width characters at its ends."""
    return unicodedata.normalize("NFC", text.strip(_BLANKS))


def _is_invisible(character: str) -> bool:
    # Z: separators. Cf: format characters, such as the zero-width space. M: marks, which need a letter to sit on.
    return character in _FILLERS or unicodedata.category(character) in ("Zs", "Zl", "Zp", "Cf", "Mn", "Me")


def validate_line(text: str) -> None:
    """Raises: ValidationError when `text` has characters that do not belong in a name, or none that can be seen."""
    if _FORBIDDEN_IN_LINE.search(text):
        raise ValidationError("Control and text-direction characters are not allowed.", code="invalid_characters")
    if text and all(map(_is_invisible, text)):
        raise ValidationError("This field may not be blank.", code="blank")


def validate_multiline(text: str) -> None:
    """Raises: ValidationError for control characters other than tab and line breaks."""
    if _FORBIDDEN_IN_TEXT.search(text):
        raise ValidationError("Control and text-direction characters are not allowed.", code="invalid_characters")
