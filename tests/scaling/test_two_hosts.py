"""Two web hosts, a primary and a standby that streams from it, PgBouncer, Redis and nginx: all of them real.

The tests follow one another: what is stopped comes back, but for the primary, which the last one takes away for good.
"""

import json
import time
from collections import Counter

import pytest

from benchmarks.server import execute
from chaos.parts import EDITOR, PASSWORD
from tests.clients.conftest import node  # noqa: F401 - a fixture
from tests.deployment.servers import program
from tests.processes import at_once
from tests.scaling.clients import Client, Load
from tests.scaling.cluster import Cluster

NEWMAN = (
    "node_modules/.bin/newman",
    "run",
    "../postman/collection.json",
    "--environment",
    "../postman/environment.json",
)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    for name in ("nginx", "pgbouncer", "redis-server"):
        program(name)
    with Cluster(tmp_path_factory.mktemp("cluster")).running() as cluster:
        yield cluster


@pytest.fixture
def anybody(cluster):
    return Client(cluster.port)


@pytest.fixture
def editor(cluster):
    return Client(cluster.port).log_in()


@pytest.fixture
def product(editor):
    status, shown = editor("POST", "/api/products/", {"name": "Scaled Lamp", "price": "1.00", "category": "lighting"})
    assert status == 201, shown
    return f"/api/products/{shown['id']}/"


def test_the_contract_holds_through_the_proxy(cluster, node, tmp_path):  # noqa: F811
    report = tmp_path / "report.json"
    node(
        *NEWMAN,
        *("--env-var", f"baseUrl=http://127.0.0.1:{cluster.port}"),
        *("--env-var", f"editorName={EDITOR}", "--env-var", f"editorPassword={PASSWORD}"),
        *("--reporters", "json", "--reporter-json-export", str(report)),
    )
    run = json.loads(report.read_text())["run"]
    assert (run["stats"]["assertions"]["failed"], run["failures"]) == (0, [])
    for host in cluster.hosts:  # both took part
        assert '"path": "/api/products/"' in host.log.read_text()


def test_a_pool_keeps_the_limits_on_statements(cluster):
    assert execute(cluster.pool.url(), "SELECT current_setting('statement_timeout')") == [("5s",)]
    assert execute(cluster.pool.url(), "SELECT current_setting('lock_timeout')") == [("2s",)]


def test_what_was_written_through_one_host_is_read_through_the_other_at_once(cluster, product):
    writers = [Client(host.port).log_in() for host in cluster.hosts]
    readers = [Client(host.port) for host in reversed(cluster.hosts)]
    before = cluster.reads()
    for number in range(120):
        if number % 20 == 0:
            cluster.standby.pause_replay(number % 40 == 0)
        writer, reader = writers[number % 2], readers[number % 2]
        assert writer("PATCH", product, {"price": f"{number}.25"})[0] == 200
        assert reader("GET", product)[1]["price"] == f"{number}.25"
        found = reader("GET", "/api/products/?search=scaled+lamp")[1]
        assert [each["price"] for each in found["results"]] == [f"{number}.25"]
    after = cluster.reads()
    gained = {key: after[key] - before.get(key, 0) for key in after}
    assert gained["default", "lagging"] > 60


def test_reads_go_to_the_standby_while_it_is_level(cluster, anybody):
    wait_for_standby(cluster)
    before = cluster.reads()
    for number in range(40):
        assert anybody("GET", f"/api/products/?min_price={number}.01")[0] == 200
    after = cluster.reads()
    assert after["replica1", ""] - before.get(("replica1", ""), 0) == 40
    assert all(after[key] == before.get(key, 0) for key in after if key[0] == "default")


def test_of_many_who_ask_both_hosts_at_once_one_has_the_answer_made(cluster):
    wait_for_standby(cluster)
    hosts = [Client(host.port) for host in cluster.hosts]
    asked_for = f"127.0.0.1:{cluster.port}"  # as the proxy passes it on: links are absolute
    for number in range(5):
        path = f"/api/products/?search=l&min_price={number}.02"
        before = sum(cluster.reads().values())
        answers = at_once(16, lambda turn, path=path: hosts[turn % 2]("GET", path, Host=asked_for))
        assert answers == [(200, answers[0][1])] * 16
        assert sum(cluster.reads().values()) - before == 1


@pytest.mark.parametrize("fault", ["stopped", "frozen"])
def test_a_standby_that_is_away_costs_nothing_but_speed(cluster, fault):
    begin, end = {
        "stopped": (cluster.standby.stop, cluster.standby.start),
        "frozen": (cluster.standby.freeze, cluster.standby.thaw),
    }[fault]
    with Load(cluster) as load:
        time.sleep(1)
        begin()
        time.sleep(8)  # longer than a rest: it is looked for, and not found
        end()
        cluster.wait_for_reads("replica1", lambda: load.client("GET", f"/api/products/?page_size={load.turn()}"))
    assert set(load.statuses) == {200}, load.statuses
    assert load.statuses[200] > 100
    assert load.slowest < 4


def test_a_web_host_that_is_killed_costs_nobody_a_read(cluster):
    killed = cluster.hosts[1]
    # What it was sending at that moment ends there: of an answer that has begun, a proxy cannot ask another host.
    with Load(cluster, may_be_cut_off=4) as load:
        time.sleep(0.5)
        for process in [killed.process, *killed.process.children(recursive=True)]:
            process.kill()
        killed.process.wait(10)
        time.sleep(2)
        killed.start()
    assert set(load.statuses) == {200}, load.statuses
    assert load.statuses[200] > 100


def test_a_promoted_standby_takes_writes_and_no_host_is_started_anew(cluster, editor):
    processes = [host.process.pid for host in cluster.hosts]
    with Load(cluster) as load:
        cluster.primary.kill()
        time.sleep(1)
        cluster.standby.promote()
        cluster.pool.point_at(cluster.standby)
        cluster.pool.reload()
        promoted = time.monotonic()
        body = {"name": "Written After", "price": "5.00", "category": "lighting"}
        answers = Counter()
        while answers[201] < 10:  # by both hosts
            answers[editor("POST", "/api/products/", body)[0]] += 1
            assert time.monotonic() - promoted < 20, answers
            time.sleep(0.05)
    assert set(answers) <= {201, 503}, answers
    assert set(load.statuses) <= {200, 503}, load.statuses
    assert editor("GET", "/api/products/?search=written+after")[1]["count"] == answers[201]
    assert [host.process.pid for host in cluster.hosts] == processes
    assert all(host.is_complete() for host in cluster.hosts)


def wait_for_standby(cluster):
    """Return once the standby shows all that the primary has."""
    cluster.standby.pause_replay(False)
    [(position,)] = execute(cluster.primary.url("postgres"), "SELECT pg_current_wal_lsn()::text")
    deadline = time.monotonic() + 20
    sql = f"SELECT pg_last_wal_replay_lsn() >= '{position}'"
    while execute(cluster.standby.url("postgres"), sql) != [(True,)]:
        assert time.monotonic() < deadline
        time.sleep(0.05)
