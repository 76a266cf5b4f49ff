"""What the API shows is written as DRF would write it."""

from collections import OrderedDict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import ErrorDetail
from rest_framework.renderers import JSONRenderer as RestJSONRenderer
from rest_framework.utils.serializer_helpers import ReturnDict, ReturnList

from ecommerce_backend.api.renderers import JSONRenderer, to_json


@pytest.mark.parametrize(
    "data",
    [
        None,
        {},
        [],
        {"b": 1, "a": [True, None, 1.5, -(2**53)]},
        {"name": 'Zoë\'s <b>"Größe"</b> \\ / 日本 🦉\t\n\x00'},
        OrderedDict(name="Mug", price="9.99"),
        ReturnDict({"id": UUID(int=7)}, serializer=None),
        ReturnList([{"price": Decimal("9.90")}], serializer=None),
        {"created_at": datetime(2024, 5, 1, 12, 30, 0, 120000, tzinfo=UTC), "day": date(2024, 5, 1)},
        {"takes": timedelta(seconds=90)},
        {"detail": ErrorDetail("No.", code="no"), "title": gettext_lazy("Not found.")},
        {"slugs": {"one"}, "pair": (1, 2)},
    ],
)
def test_it_is_written_as_drf_writes_it(data):
    assert JSONRenderer().render(data) == RestJSONRenderer().render(data)


def test_keys_may_be_sorted():
    assert to_json({"b": 1, "a": {"d": 2, "c": 3}}, sorted_keys=True) == b'{"a":{"c":3,"d":2},"b":1}'


def test_what_is_no_json_is_refused():
    with pytest.raises(TypeError):
        to_json({"what": object()})
