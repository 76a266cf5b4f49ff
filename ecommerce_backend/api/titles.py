"""What statuses are called, by RFC 9110. Before 3.13 Python has the names of older RFCs; answers must not differ."""

from http import HTTPStatus

_RENAMED = {413: "Content Too Large", 414: "URI Too Long", 416: "Range Not Satisfiable", 422: "Unprocessable Content"}


def title(status: HTTPStatus) -> str:
    """Its name."""
    return _RENAMED.get(status, status.phrase)
