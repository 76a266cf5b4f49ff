"""`make image-check`, as root on Debian: the Dockerfile's own steps in a root made by debootstrap.

For machines without a container engine. The base image is stood in for by the same Debian with its own Python 3.13;
every other step is the Dockerfile's. The result then runs as its user, on a read-only file system, until it is healthy.
"""

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.deployment.servers import tls_postgres
from tests.processes import ROOT, free_port

BASE = [
    "debootstrap",
    "--variant=minbase",
    "--include=python3,python3-venv,python3-pip,python-is-python3,ca-certificates",
]
SETTINGS = {"SECRET_KEY": "image check, and sixty characters of salt that nobody keeps", "ALLOWED_HOSTS": "127.0.0.1"}
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")


@dataclass
class Stage:
    """A root, and what the Dockerfile has said about it so far."""

    root: Path
    environment: dict[str, str] = field(
        default_factory=lambda: {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin"}
    )
    folder: str = "/"
    user: str = "0"
    command: list[str] = field(default_factory=list)
    health: list[str] = field(default_factory=list)

    def inside(self, command: list[str], **variables: str) -> list[str]:
        """What runs `command` in the root, in its folder, as its user, with its variables and no other."""
        given = [f"{name}={value}" for name, value in (self.environment | variables).items()]
        there = f"cd {shlex.quote(self.folder)} && exec {shlex.join(command)}"
        return ["chroot", f"--userspec={self.user}:{self.user}", str(self.root), "env", "-i", *given, "sh", "-c", there]

    def path(self, name: str) -> Path:
        """Where a path of the image is on this machine."""
        return self.root / os.path.normpath(os.path.join(self.folder, name)).lstrip("/")


def instructions(text: str) -> list[tuple[str, str]]:
    """The Dockerfile's instructions, each with its lines joined."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = "\n".join(lines).replace("\\\n", "").splitlines()
    return [tuple(line.split(maxsplit=1)) for line in joined if line.strip()]  # type: ignore[misc]


def run(stages: list[Stage], kind: str, rest: str, base: Path) -> None:
    """One instruction. Raises: for one that is not known, or that fails."""
    stage = stages[-1] if stages else None
    if kind == "FROM":
        root = base.parent / f"stage{len(stages)}"
        subprocess.run(["cp", "-a", base, root], check=True)
        stages.append(Stage(root))
        return
    assert stage is not None
    if kind == "ENV":
        for pair in shlex.split(rest):
            name, value = pair.split("=", 1)
            stage.environment[name] = value.replace("$PATH", stage.environment["PATH"])
    elif kind == "WORKDIR":
        stage.folder = rest
        stage.path(".").mkdir(parents=True, exist_ok=True)
    elif kind == "USER":
        stage.user = rest
    elif kind == "RUN":
        trust = {"PIP_CERT": str(CERTIFICATES)} if CERTIFICATES.exists() else {}
        subprocess.run(stage.inside(["sh", "-c", rest], **trust), check=True, stdout=subprocess.DEVNULL)
    elif kind == "COPY":
        copy(stages, stage, rest.split())
    elif kind == "CMD":
        stage.command = json.loads(rest)
    elif kind == "HEALTHCHECK":
        stage.health = json.loads(rest.partition("CMD ")[2])
    else:
        assert kind == "EXPOSE", kind


def copy(stages: list[Stage], stage: Stage, words: list[str]) -> None:
    """COPY, from the project or from the first stage."""
    *sources, target = words
    if sources[0].startswith("--from="):
        shutil.copytree(stages[0].path(sources[1]), stage.path(target), symlinks=True, dirs_exist_ok=True)
        return
    for name in sources:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, stage.path(target), ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, stage.path(target) / name if target.endswith(("/", ".")) else stage.path(target))


def megabytes(path: Path) -> float:
    """What a tree takes on the disk."""
    return int(subprocess.run(["du", "-sk", path], check=True, capture_output=True).stdout.split()[0]) / 1024


@contextmanager
def read_only(stage: Stage):
    """The root as a container has it: nothing can be written but /tmp, which is empty, and the shared memory."""
    mounts = [["--bind", stage.root, stage.root], ["-o", "remount,ro,bind", stage.root]]
    inside = [["-t", "tmpfs", "tmpfs", stage.root / name] for name in ("tmp", "dev/shm")]
    (stage.root / "dev/shm").mkdir(exist_ok=True)
    for mount in [*mounts, *inside]:
        subprocess.run(["mount", *map(str, mount)], check=True)
    try:
        yield
    finally:
        for path in (stage.root / "dev/shm", stage.root / "tmp", stage.root):
            subprocess.run(["umount", str(path)], check=True)


def serve(stage: Stage, database: str, log: Path) -> dict[str, object]:
    """Start the image against an empty database; what was seen."""
    settings = SETTINGS | {"DATABASE_URL": database, "PORT": str(free_port()), "DATABASE_SSLMODE": "require"}
    seen: dict[str, object] = {}
    subprocess.run(stage.inside(["python", "manage.py", "migrate_safely", "--verbosity=0"], **settings), check=True)
    tries = {"the code": "/app/x", "the packages": "/venv/x", "its own /tmp": "/tmp/x"}
    for what, path in tries.items():
        done = subprocess.run(stage.inside(["touch", path]), check=False, capture_output=True, text=True)
        seen[f"can write {what}"] = "yes" if done.returncode == 0 else done.stderr.strip().rpartition(": ")[2]
    begun = time.monotonic()
    with (
        log.open("wb") as output,
        subprocess.Popen(stage.inside(stage.command, **settings), stdout=output, stderr=output) as server,
    ):
        while subprocess.run(stage.inside(stage.health, **settings), check=False, capture_output=True).returncode:
            assert server.poll() is None, log.read_text()
            assert time.monotonic() - begun < 60, log.read_text()
        seen["seconds until healthy"] = round(time.monotonic() - begun, 1)
        status = Path(f"/proc/{server.pid}/status").read_text()
        seen["user id"] = next(line.split()[1] for line in status.splitlines() if line.startswith("Uid:"))
        server.send_signal(signal.SIGTERM)
        seen["exit code after SIGTERM"] = server.wait(timeout=25)
    assert subprocess.run(stage.inside(stage.health, **settings), check=False, capture_output=True).returncode != 0
    return seen


def main() -> int:
    """Build, measure, serve, and print the table."""
    if os.geteuid() != 0 or shutil.which("debootstrap") is None:
        print("This needs root, and Debian's package debootstrap.", file=sys.stderr)
        return 1
    if "--in-namespace" not in sys.argv:  # mounts end with the process, however it ends
        return subprocess.run(
            ["unshare", "--mount", sys.executable, "-m", __spec__.name, "--in-namespace"], check=False
        ).returncode
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o711)
        base = Path(place) / "base"
        subprocess.run([*BASE, "trixie", str(base)], check=True, stdout=subprocess.DEVNULL)
        if CERTIFICATES.exists():
            shutil.copy(CERTIFICATES, base / CERTIFICATES.relative_to("/"))
        shutil.copy("/etc/resolv.conf", base / "etc/resolv.conf")
        stages: list[Stage] = []
        for kind, rest in instructions((ROOT / "Dockerfile").read_text()):
            print(f"{kind} {rest[:90]}", flush=True)
            run(stages, kind, rest, base)
        image = stages[-1]
        sizes = {"venv": image.root / "venv", "application, with static files": image.root / "app"}
        result: dict[str, object] = {f"MB of {name}": round(megabytes(path), 1) for name, path in sizes.items()}
        result["MB above the base image"] = round(megabytes(image.root) - megabytes(base), 1)
        (Path(place) / "database").mkdir()
        with tls_postgres(Path(place) / "database") as database, read_only(image):
            result |= serve(image, database, Path(place) / "log")
    for name, value in result.items():
        print(f"{name:32} {value}")
    wanted = {"can write the code": "Read-only file system", "can write the packages": "Read-only file system"}
    wanted |= {"can write its own /tmp": "yes", "user id": "10001", "exit code after SIGTERM": 0}
    return int(any(result[name] != value for name, value in wanted.items()))


if __name__ == "__main__":
    sys.exit(main())
