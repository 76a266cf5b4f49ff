"""What holds of the primary when there are several servers, or a pool before it."""

import socket
import sys
from contextlib import ExitStack, closing

import psycopg2
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from psycopg2 import extensions

from ecommerce_backend import databases, health, patience
from products.models import Generation
from tests.factories import CategoryFactory
from tests.processes import ROOT

pytestmark = pytest.mark.django_db


@pytest.fixture
def silent_port():
    """A port of a machine that says nothing: its queue is full, so that the kernel answers no more."""
    with socket.socket() as listener, ExitStack() as stack:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]


@pytest.mark.skipif(sys.platform != "linux", reason="no other system gives up a silent host after tcp_user_timeout")
def test_a_host_that_is_silent_is_passed_over_before_a_request_gives_up(silent_port, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", f"postgresql://shop@127.0.0.1:{silent_port},db2.example.com/shop")
    options = databases.configuration(ROOT)[0]["default"]["OPTIONS"]
    there = connection.get_connection_params()
    places = {"host": f"127.0.0.1,{there['host']}", "port": f"{silent_port},{there['port']}"}
    patience.limit_waiting()
    try:
        with closing(psycopg2.connect(dbname=there["dbname"], user=there["user"], **places, **options)) as found:
            assert found.info.host == there["host"]
    finally:
        extensions.set_wait_callback(None)


def test_no_generation_comes_again_when_changes_are_lost():
    with transaction.atomic():
        CategoryFactory()
        lost = Generation.objects.current()
        transaction.set_rollback(True)
    CategoryFactory()
    assert Generation.objects.current() > lost


@pytest.mark.parametrize("command", [["migrate_safely"], ["backup", "x.dump"], ["restore", "x.dump"]])
def test_what_needs_a_session_of_its_own_is_refused_through_a_pool(command, monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)
    with pytest.raises(CommandError, match="DATABASE_POOLED is on"):
        call_command(*command)


@pytest.mark.parametrize(("limit", "warnings"), [("0", 1), ("5s", 0)])
def test_a_pool_whose_role_has_no_limit_on_statements_is_warned_of_once(api, monkeypatch, caplog, limit, warnings):
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)
    health._warn_of_no_limit.cache_clear()
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [limit])
        for _ in range(2):
            assert api.get("/health/ready/").status_code == 200
    health._warn_of_no_limit.cache_clear()
    said = [record.message for record in caplog.records if "no statement_timeout" in record.message]
    assert len(said) == warnings
