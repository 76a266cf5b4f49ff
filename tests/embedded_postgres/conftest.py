import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.embedded_postgres.folder import Folder


@pytest.fixture(scope="session")
def made_data() -> Iterator[Path]:
    """A data directory with the database in it, made once: most tests are not about that."""
    with tempfile.TemporaryDirectory() as place, ExitStack() as ends:
        folder = Folder(Path(place) / ".postgres")
        ends.callback(folder.close)
        with folder.user():
            pass
        folder.wait_until_stopped()
        yield folder.server.data


@pytest.fixture
def new_folder() -> Iterator[Callable[..., Folder]]:
    """Makes folders; at the end of the test nothing of theirs runs any more and they are gone.

    Not in `tmp_path`: pytest keeps that, and takes other accounts' right to enter it away when it starts once more.
    """
    with tempfile.TemporaryDirectory() as place, ExitStack() as ends:

        def make(name: str = "checkout") -> Folder:
            (Path(place) / name).mkdir()
            folder = Folder(Path(place) / name / ".postgres")
            ends.callback(folder.close)
            return folder

        yield make


@pytest.fixture
def empty_folder(new_folder: Callable[..., Folder]) -> Folder:
    """One in which nothing was started yet."""
    return new_folder()


@pytest.fixture
def folder(empty_folder: Folder, made_data: Path) -> Folder:
    """One whose server ran before and is stopped."""
    empty_folder.root.mkdir(mode=0o711)
    subprocess.run(["cp", "-a", made_data, empty_folder.root], check=True)
    return empty_folder
