"""Slow queries are told of where somebody waits for them."""

import pytest
from django.db import connection

from ecommerce_backend.request_id import NO_REQUEST, current_request_id
from ecommerce_backend.telemetry import queries

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("request_id", "told"), [("abc", ["slow_query"]), (NO_REQUEST, [])])
def test_a_slow_query_of_a_request_is_told_of_and_that_of_a_command_is_not(settings, caplog, request_id, told):
    settings.SLOW_QUERY_MS = 100
    token = current_request_id.set(request_id)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.execute("SELECT pg_sleep(0.12)")
    current_request_id.reset(token)
    assert [record.message for record in caplog.records if record.name == queries.__name__] == told
