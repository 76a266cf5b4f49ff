"""Real processes start, share, leave and kill the embedded server."""

import re
import signal
import subprocess
from contextlib import ExitStack

import psutil
import psycopg2
import pytest

from tests.embedded_postgres.folder import USE, User


def test_the_first_start_makes_the_data_and_the_database(empty_folder):
    with empty_folder.user():
        assert empty_folder.sql("SELECT current_database()") == "ecommerce_backend"
        assert empty_folder.sql("SELECT current_setting('server_version_num')::int / 10000") == 18
        assert empty_folder.sql("SHOW data_directory") == str(empty_folder.root / "data")
        assert empty_folder.sql("SHOW listen_addresses") == ""


def test_data_is_kept_over_stop_and_start(folder):
    with folder.user():
        folder.sql("CREATE TABLE kept AS SELECT 42 AS answer")
    folder.wait_until_stopped()
    with folder.user():
        assert folder.sql("SELECT answer FROM kept") == 42


def test_a_second_process_shares_the_server(folder):
    with folder.user():
        first = folder.postmaster
        with folder.user():
            assert folder.postmaster == first


def test_the_server_stays_until_the_last_of_two_users_has_gone(folder):
    with folder.user():
        first = folder.postmaster
        with folder.user():
            pass
        with pytest.raises(psutil.TimeoutExpired):
            first.wait(1.5)  # longer than it stays without users
    folder.wait_until_stopped()


def test_a_command_right_after_another_finds_the_server_still_up(folder):
    with folder.user():
        first = folder.postmaster
    with folder.user():
        assert folder.postmaster == first


def test_a_child_made_by_fork_goes_on_using_the_server_after_its_parent(folder):
    parent_leaves = USE.replace("sys.stdin.read()", "import os; os.fork() and os._exit(0); sys.stdin.read()")
    with folder.user(parent_leaves) as user:
        user.process.wait()
        assert folder.has_users()
    folder.wait_until_stopped()


def test_a_supervisor_that_is_told_to_end_stops_the_server_and_the_next_command_starts_it(folder):
    with folder.user():
        first = folder.postmaster
        folder.supervisor.send_signal(signal.SIGTERM)
        first.wait(10)
        with folder.user():
            assert folder.answers()


def test_eight_processes_on_an_empty_folder_get_one_server(empty_folder):
    with ExitStack() as stack:
        for user in [stack.enter_context(User(empty_folder.root)) for _ in range(8)]:
            user.wait_until_ready()
        assert empty_folder.answers()
        assert len(empty_folder.processes("bin/postgres -D")) == 1


def test_two_folders_side_by_side_are_two_servers(new_folder):
    one, two = new_folder("one"), new_folder("two")
    with one.user(), two.user():
        assert one.postmaster != two.postmaster
        one.sql("CREATE TABLE only_here (id int)")
        assert two.sql("SELECT to_regclass('only_here')") is None
        one.postmaster.kill()
        assert two.answers()


def test_data_that_was_cut_off_while_it_was_made_is_made_again(empty_folder):
    (empty_folder.root / "data.unfinished" / "base").mkdir(parents=True)
    with empty_folder.user():
        assert empty_folder.answers()
    assert [path.name for path in empty_folder.root.glob("data*")] == ["data"]


@pytest.mark.parametrize("name", ["sleep", "postgres"])
def test_a_recorded_number_that_has_gone_to_another_program_does_not_stop_the_start(folder, name):
    program = folder.root.with_name(name)
    program.symlink_to("/bin/sleep")
    with subprocess.Popen([program, "60"]) as other:
        (folder.root / "data" / "postmaster.pid").write_text(f"{other.pid}\n{folder.root}/data\n1\n5432\n\n\n\n")
        with folder.user():
            assert folder.answers()
        assert other.poll() is None
        other.kill()


@pytest.mark.parametrize("name", ["long" * 30, "blank and ümlaut", "quote's", "per%cent"])
def test_the_folder_may_have_any_name(new_folder, name):
    folder = new_folder(name)
    with folder.user():
        assert folder.answers()


def test_a_start_that_fails_says_where_the_reason_is(folder):
    (folder.root / "data" / "global" / "pg_control").unlink()
    message = f"psycopg2.OperationalError: .*did not start.* {re.escape(str(folder.server.log))}"
    with pytest.raises(AssertionError, match=message), folder.user():
        pass
    assert "could not find the database system" in folder.server.log.read_text()


def test_the_log_says_what_failed_and_holds_no_value(folder):
    with folder.user():
        folder.sql("CREATE TABLE account (name text UNIQUE)")
        folder.sql("INSERT INTO account VALUES ('recognisable')")
        with pytest.raises(psycopg2.IntegrityError, match="recognisable"):
            folder.sql("INSERT INTO account VALUES ('recognisable')")
    log = folder.server.log.read_text()
    assert "violates unique constraint" in log
    assert "recognisable" not in log
