"""Every Python that is supported calls a status the same."""

from http import HTTPStatus

from ecommerce_backend.api.titles import title


def test_the_names_are_those_of_rfc_9110_on_every_python():
    names = {status: title(HTTPStatus(status)) for status in (404, 413, 414, 416, 422)}
    assert names == {
        404: "Not Found",
        413: "Content Too Large",
        414: "URI Too Long",
        416: "Range Not Satisfiable",
        422: "Unprocessable Content",
    }
