"""The Postman collection, run by Postman's own runner."""

import json

from tests.clients.conftest import ROOT

RUN = ("node_modules/.bin/newman", "run", "../postman/collection.json", "--environment", "../postman/environment.json")


def test_newman_runs_all_of_it_twice_on_the_same_database(node, shop, tmp_path):
    for number in (1, 2):
        report = tmp_path / f"{number}.json"
        node(
            *RUN,
            *("--env-var", f"baseUrl={shop.url}", "--env-var", f"editorPassword={shop.editor_password}"),
            *("--reporters", "json", "--reporter-json-export", str(report)),
        )
        run = json.loads(report.read_text())["run"]
        assert (run["stats"]["assertions"]["failed"], run["failures"]) == (0, [])
        assert run["stats"]["requests"]["total"] == len(list(requests(collection())))


def test_every_request_looks_at_its_answer():
    for request in requests(collection()):
        [tests] = [event["script"]["exec"] for event in request["event"] if event["listen"] == "test"]
        assert any("pm.response.to.have.status" in line for line in tests), request["name"]


def test_no_secret_is_in_the_files():
    values = json.loads((ROOT / "postman" / "environment.json").read_text())["values"]
    assert [value["value"] for value in values if value["key"] == "editorPassword"] == [""]


def collection():
    return json.loads((ROOT / "postman" / "collection.json").read_text())


def requests(folder):
    for each in folder["item"]:
        yield from requests(each) if "item" in each else [each]
