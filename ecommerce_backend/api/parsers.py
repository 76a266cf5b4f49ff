"""JSON in, and nothing else."""

import json
import re
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import IO, Any

from rest_framework.exceptions import ParseError, UnsupportedMediaType
from rest_framework.parsers import BaseParser

from ecommerce_backend.api.exceptions import NAME_LIMIT
from ecommerce_backend.api.incoming import is_utf8

MAX_DEPTH = 100

# A string as a whole, so that the brackets in it do not count; one that does not end goes on to the end, once.
_STRINGS_AND_BRACKETS = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{}]', re.DOTALL)


class JSONParser(BaseParser):
    """RFC 8259 JSON in UTF-8. Decimals stay exact: a price of 19.99 is not 19.989999999999998.

    Raises: ParseError for anything malformed, ambiguous or nested too deep, UnsupportedMediaType for another charset.
    """

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """The parsed body. The size has been limited by ProblemMiddleware."""
        if not is_utf8(media_type or self.media_type):
            raise UnsupportedMediaType(media_type or "", "Send JSON in UTF-8.")
        try:
            body = stream.read()
            if len(body) < _announced_length(parser_context):
                raise ParseError("The body is shorter than its Content-Length.")
            text = body.decode("utf-8")
            _check_depth(text)
            data = json.loads(text, object_pairs_hook=_object, **_NUMBERS)
            if "\\ud" in text.lower():
                # Half a surrogate pair is legal JSON and no text: neither the database nor an answer can hold it.
                json.dumps(data, ensure_ascii=False, default=str).encode()
        except UnicodeError:
            raise ParseError("The body is not valid UTF-8 text.") from None
        except json.JSONDecodeError as error:
            raise ParseError(f"The body is not valid JSON: {error.msg} (line {error.lineno}).") from None
        except (ValueError, ArithmeticError):
            raise ParseError("The body is not valid JSON: a number is out of range.") from None
        return data


def _announced_length(parser_context: Mapping[str, Any] | None) -> int:
    # A connection that breaks leaves half a body, and half a body may well be valid JSON.
    request = (parser_context or {}).get("request")
    return int(request.META.get("CONTENT_LENGTH") or 0) if request is not None else 0


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object. Raises: ParseError when a name is there twice: which value was meant?"""
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(name for name, count in Counter(name for name, _ in pairs).items() if count > 1)
        shown = twice[:NAME_LIMIT].encode(errors="replace").decode()  # it may hold half a surrogate pair
        raise ParseError(f"The body is not valid JSON: '{shown}' is there twice in one object.")
    return found


def _check_depth(text: str) -> None:
    # Before it is parsed: how deep Python itself could go depends on its version and on who calls.
    depth = 0
    for token in _STRINGS_AND_BRACKETS.finditer(text):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(token[0], 0)
        if depth > MAX_DEPTH:
            raise ParseError(f"The JSON is nested too deep: at most {MAX_DEPTH} levels.")


def _decimal(text: str) -> Decimal | float:
    # As a float, a number with an exponent is told from a plain decimal; whoever takes numbers decides.
    return float(text) if "e" in text.lower() else Decimal(text)


def _integer(text: str) -> int | Decimal:
    return Decimal(text) if text == "-0" else int(text)


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


_NUMBERS: dict[str, Any] = {"parse_float": _decimal, "parse_int": _integer, "parse_constant": _refuse_constant}
