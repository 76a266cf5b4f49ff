"""What comes in, before anybody reads it: headers that are worth no work, and forms that cannot be read.

Django decodes a whole request as its Content-Type says, a GET too. Python has codecs that take quadratic time or are no
text at all, and remembers every name that it was asked for; and caches do not know that an answer depends on one.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.http.multipartparser import MultiPartParserError

CHARSETS = frozenset({"utf-8", "utf8", "us-ascii"})
CONTENT_TYPE_AT_MOST = 255  # characters
TAGS_AT_MOST = 8190  # characters: one line, as gunicorn takes it; it joins several


class IncomingHeaders:
    """A WSGI application that hands all requests to `application`, without what nobody should have to interpret.

    Content-Type in another charset than UTF-8 is of an unknown one, too many tags in If-None-Match are none, and too
    many in If-Match are of nothing that there is. Cost: two or three looks into a dictionary.
    """

    def __init__(self, application: Callable[..., Any]) -> None:
        self._application = application

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if content_type := environ.get("CONTENT_TYPE"):
            environ["CONTENT_TYPE"] = plain_content_type(content_type)
        if len(environ.get("HTTP_IF_NONE_MATCH", "")) > TAGS_AT_MOST:
            del environ["HTTP_IF_NONE_MATCH"]
        if len(environ.get("HTTP_IF_MATCH", "")) > TAGS_AT_MOST:
            environ["HTTP_IF_MATCH"] = '"too-many"'
        answer: Iterable[bytes] = self._application(environ, start_response)
        return answer


def plain_content_type(text: str) -> str:
    """The type as it is, if its text is UTF-8 and its parameters are plain ones; else that of an unknown charset."""
    if len(text) > CONTENT_TYPE_AT_MOST:
        return "application/octet-stream"
    return text if is_utf8(text) else f"{text.partition(';')[0]}; charset=unsupported"


def is_utf8(content_type: str) -> bool:
    """Whether text of this type is UTF-8, by parameters that are plain: none of `name*=charset''value` (RFC 2231)."""
    parameters = [part.partition("=") for part in content_type.split(";")[1:]]
    charsets = {value.strip(' "').lower() for name, _, value in parameters if name.strip().lower() == "charset"}
    # Compared with a list: what Python calls a codec by a client's name, it remembers for ever.
    return charsets <= CHARSETS and not any("*" in name for name, _, _ in parameters)


class Request(WSGIRequest):
    """Django's, which takes what its parser of forms stumbles over for a defect of its own."""

    def parse_file_upload(self, META: Any, post_data: Any) -> Any:  # noqa: N803 - Django's
        """The fields and files of a form. Raises: MultiPartParserError, which is 400."""
        try:
            return super().parse_file_upload(META, post_data)
        except (TypeError, ValueError, LookupError) as error:
            raise MultiPartParserError("A part of the form cannot be read.") from error


class Handler(WSGIHandler):
    """Django's handler of requests."""

    request_class = Request
