"""The peer that has to be installed first, by a script in the place of npm."""

import pytest

from benchmarks import arms, json_server


@pytest.fixture
def npm(tmp_path, monkeypatch):
    """Stands in for npm with a script; what was called is in a file."""

    def stand_in(script):
        (tmp_path / "npm").write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / "npm").chmod(0o755)

    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setattr(json_server, "FOLDER", tmp_path / "folder")
    return stand_in


def test_json_server_is_left_out_where_npm_cannot_install_it(npm):
    npm("exit 1")
    assert arms._reason_against("json_server", 1_000) == "npm could not install it."


def test_half_an_installation_is_done_again_and_a_whole_one_is_not(npm):
    npm("mkdir node_modules; exit 1")
    assert json_server.install() != ""
    npm("mkdir node_modules && touch node_modules/whole")
    assert json_server.install() == ""
    assert (json_server.FOLDER / "node_modules/whole").exists()
    npm("exit 1")
    assert json_server.install() == ""
