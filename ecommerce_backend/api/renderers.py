"""Answers as JSON."""

from collections.abc import Mapping
from typing import Any

import orjson
from rest_framework import renderers
from rest_framework.utils.encoders import JSONEncoder

_OPTIONS = orjson.OPT_PASSTHROUGH_DATETIME  # these and what orjson does not know are written as DRF writes them
_default = JSONEncoder().default


class JSONRenderer(renderers.JSONRenderer):
    """DRF's, by a quicker encoder: docs/decisions/0011-lean-reads.md has what it gains.

    By hand: packages that do so bring parsers and pages along.
    """

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """The body. Raises: TypeError for what is no JSON."""
        return b"" if data is None else to_json(data)


def to_json(data: Any, *, sorted_keys: bool = False) -> bytes:
    """JSON without blanks, in UTF-8, of what the API shows: keys that are str, integers of 64 bits.

    Not for floats: NaN, which DRF refuses, would be null. Raises: TypeError for what is no JSON.
    """
    return orjson.dumps(data, _default, _OPTIONS | orjson.OPT_SORT_KEYS if sorted_keys else _OPTIONS)
