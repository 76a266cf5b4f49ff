"""The numbers that a server with two workers tells of its requests."""

import json
import re
import time
from pathlib import Path

import pytest

from tests.processes import Answer
from tests.telemetry.conftest import TOKEN, metrics

DASHBOARD = Path("deploy/grafana-dashboard.json")


def test_the_numbers_are_those_of_all_workers(server):
    series = 'http_requests_total{method="GET",route="health-live",status="200"}'
    before = metrics(server).get(series, 0)
    for _ in range(20):
        Answer(server, "GET", "/health/live/")
    deadline = time.monotonic() + 5
    while metrics(server).get(series, 0) < before + 20 and time.monotonic() < deadline:
        time.sleep(0.05)  # a request is counted once it has been answered
    assert metrics(server)[series] == before + 20


def test_a_method_that_somebody_made_up_makes_no_series(server):
    for name in ("BREW", "WHEN"):
        Answer(server, name, "/api/products/")
    deadline = time.monotonic() + 5
    while sum(number for name, number in metrics(server).items() if 'method="other"' in name) < 2:
        assert time.monotonic() < deadline  # a request is counted once it has been answered
        time.sleep(0.05)
    assert [name for name in metrics(server) if "BREW" in name or "WHEN" in name] == []


@pytest.mark.parametrize("authorization", ["", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x"])
def test_the_numbers_are_for_whoever_has_the_token(server, authorization):
    answer = Answer(server, "GET", "/metrics", Authorization=authorization)
    assert (answer.status, answer.json()["code"]) == (401, "not_authenticated")


def test_the_numbers_are_read_only(server):
    answer = Answer(server, "POST", "/metrics/", Authorization=f"Bearer {TOKEN}")
    assert (answer.status, answer.json()["code"]) == (405, "method_not_allowed")


def test_every_number_that_the_dashboard_shows_is_there(server):
    Answer(server, "GET", "/api/categories/")
    known = {name.partition("{")[0] for name in metrics(server)}
    panels = json.loads(DASHBOARD.read_text())["panels"]
    shown = {
        name
        for panel in panels
        for target in panel["targets"]
        for name in re.findall(r"\b(?:http|db)_[a-z_]+", target["expr"])
    }
    assert len(shown) >= 5
    assert shown <= known
