"""docker-compose.yml: who waits for whom, who is reached, and what is done once a day."""

import subprocess

import yaml

from tests.processes import ROOT

SERVICES = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]


def test_compose_keeps_data_and_starts_in_order():
    assert SERVICES["database"]["image"] == "postgres:18"
    assert SERVICES["database"]["volumes"] == ["database:/var/lib/postgresql"]
    waits = {name: service.get("depends_on", {}) for name, service in SERVICES.items()}
    assert {name: {other: how["condition"] for other, how in each.items()} for name, each in waits.items()} == {
        "database": {},
        "cache": {},
        "migrate": {"database": "service_healthy"},
        "web": {"migrate": "service_completed_successfully", "cache": "service_healthy"},
        "housekeeping": {"migrate": "service_completed_successfully"},
        "proxy": {"web": "service_healthy"},
    }
    assert waits["proxy"]["web"]["restart"]  # a release changes where the web is


def test_only_the_proxy_is_reached_from_outside_and_what_is_built_here_writes_nowhere():
    assert {name for name, service in SERVICES.items() if "ports" in service} == {"proxy"}
    ours = [service for service in SERVICES.values() if service["image"] == "ecommerce-backend"]
    assert [(service["read_only"], service["tmpfs"]) for service in ours] == [(True, ["/tmp"])] * 3
    assert [name for name, service in SERVICES.items() if "build" in service] == ["migrate"]


def test_housekeeping_begins_with_the_work_and_goes_on_after_a_failure(tmp_path):
    """A service that is made anew every day would never have come to it."""
    for name, script in {"python": 'echo "python $*"; exit 1', "sleep": 'echo "sleep $1"; kill $PPID'}.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / name).chmod(0o755)
    path = {"PATH": f"{tmp_path}:/usr/bin:/bin"}
    command = SERVICES["housekeeping"]["command"]
    done = subprocess.run(command, env=path, capture_output=True, text=True, timeout=10, check=False)
    assert done.stdout.splitlines() == ["python manage.py flush_expired", "sleep 86400"]
