"""The disk that the database is on: a small one, in memory, which can be filled to its last byte."""

import subprocess
from contextlib import suppress
from pathlib import Path

MEGABYTES = 512
BLOCK = bytes(4096)


class Disk:
    """A file system of its own at `folder`, once it is mounted, which only root may do, and not in every container."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ballast = folder / "ballast"
        self.is_mounted = False

    def mount(self) -> bool:
        """Make it; False where that is not allowed."""
        self.folder.mkdir(mode=0o711)
        command = ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m,mode=0711", "chaos", str(self.folder)]
        with suppress(FileNotFoundError):
            self.is_mounted = subprocess.run(command, stderr=subprocess.DEVNULL, check=False).returncode == 0
        return self.is_mounted

    def unmount(self) -> None:
        """Let it go, with all that is on it."""
        if self.is_mounted:
            subprocess.run(["umount", "--lazy", str(self.folder)], check=True)
            self.is_mounted = False

    def keep(self) -> None:
        """Leave it where it is, for whoever wants to see what is on it."""
        self.is_mounted = False

    def fill(self) -> None:
        """Leave not a single block."""
        with self.ballast.open("ab", buffering=0) as file, suppress(OSError):
            while file.write(BLOCK * 256):
                pass
        with self.ballast.open("ab", buffering=0) as file, suppress(OSError):
            while file.write(BLOCK):
                pass

    def free(self) -> None:
        """There is space again."""
        self.ballast.unlink(missing_ok=True)
