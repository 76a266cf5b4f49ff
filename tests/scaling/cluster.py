"""More than one machine, on one: a primary and its standby, PgBouncer, Redis, two web hosts, and nginx before them."""

import re
import secrets
import signal
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg2

from benchmarks.programs import spawn, wait_until
from benchmarks.server import execute
from chaos.database import Database
from chaos.parts import Program, Redis, Web
from ecommerce_backend.embedded_postgres.client import DATABASE, USER
from tests.deployment.servers import nginx, program
from tests.processes import ROOT, free_port

METRICS_TOKEN = secrets.token_urlsafe(24)
READS = re.compile(r'db_catalogue_reads_total\{database="(\w+)",reason="(\w*)"\} ([0-9.]+)')


class Server(Database):
    """A PostgreSQL that is reached over TCP, as one on another machine."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.port = free_port()
        self.settings = {"listen_addresses": "127.0.0.1", "port": str(self.port), "fsync": "off"}

    def url(self, database: str) -> str:
        """Where a database is."""
        return f"postgresql://{USER}@127.0.0.1:{self.port}/{database}"

    def follow(self, primary: "Server") -> None:
        """Become a copy of the primary that streams what is written there."""
        self.server.root.mkdir(mode=0o711, parents=True)
        for folder in (self.server.root, self.programs):
            self._let_through(folder)
        self._private_folder(self.server.data)
        copy = ["--pgdata", str(self.server.data), "--dbname", primary.url("postgres"), "--checkpoint=fast"]
        self._call("pg_basebackup", *copy, "--write-recovery-conf")
        self.start()

    def promote(self) -> None:
        """Take writes from now on."""
        assert execute(self.url("postgres"), "SELECT pg_promote()") == [(True,)]

    def pause_replay(self, pause: bool) -> None:
        """Take in what the primary sends, and show nothing of it for the time being."""
        execute(self.url("postgres"), f"SELECT pg_wal_replay_{'pause' if pause else 'resume'}()")


class Pool(Program):
    """PgBouncer as deploy/pgbouncer.ini has it, but for addresses and for passwords, which nobody has here."""

    def start(self, server: Server) -> None:
        """Start it in front of a server."""
        self.point_at(server)
        (self.folder / "users.txt").write_text(f'"{USER}" ""\n')
        owner = server.account  # as root it refuses to run
        account = ["--user", owner.pw_name] if owner else []
        self.process = spawn(
            [program("pgbouncer"), *account, str(self._configuration)], self.log, cwd=self.folder, environment={}
        )
        wait_until(self._answers, "PgBouncer answers")

    @property
    def _configuration(self) -> Path:
        return self.folder / "pgbouncer.ini"

    def point_at(self, server: Server) -> None:
        """Write down where the server is; a pool that runs reads it on `reload`."""
        text = (ROOT / "deploy/pgbouncer.ini").read_text()
        changes = {
            "host=db port=5432": f"host=127.0.0.1 port={server.port}",
            "listen_addr = *": "listen_addr = 127.0.0.1",
            "listen_port = 6432": f"listen_port = {self.port}\nunix_socket_dir =",
            "auth_type = scram-sha-256": "auth_type = trust",
            "/etc/pgbouncer/userlist.txt": str(self.folder / "users.txt"),
        }
        for theirs, ours in changes.items():
            assert theirs in text
            text = text.replace(theirs, ours)
        self._configuration.write_text(text)

    def reload(self) -> None:
        """Have it read its configuration again."""
        self.process.send_signal(signal.SIGHUP)

    def url(self) -> str:
        """Where the database is, through it."""
        return f"postgresql://{USER}@127.0.0.1:{self.port}/{DATABASE}"

    def _answers(self) -> bool:
        try:
            return execute(self.url(), "SELECT 1") == [(1,)]
        except psycopg2.OperationalError:
            return False


class Cluster:
    """All of it. The first host reaches the primary through the pool, the second one finds it among both servers."""

    def __init__(self, folder: Path) -> None:
        for name in ("primary", "standby", "redis", "pool", "first", "second", "nginx"):
            (folder / name).mkdir()
        self.primary, self.standby = Server(folder / "primary"), Server(folder / "standby")
        self.redis, self.pool = Redis(folder / "redis"), Pool(folder / "pool")
        self.hosts: list[Web] = []
        self.port = free_port()
        self._folder = folder

    @contextmanager
    def running(self) -> Iterator["Cluster"]:
        """Start everything, and end it."""
        with ExitStack() as stack:
            for part in (self.primary, self.redis):
                part.start()
                stack.callback(part.stop)
            self.hosts = self._hosts()
            self.hosts[0].prepare()
            # What a pool does not pass on, the role has.
            execute(self.primary.url(DATABASE), f"ALTER ROLE {USER} SET statement_timeout = '5s'")
            execute(self.primary.url(DATABASE), f"ALTER ROLE {USER} SET lock_timeout = '2s'")
            stack.callback(self.standby.stop)
            self.standby.follow(self.primary)
            stack.callback(self.pool.stop)
            self.pool.start(self.primary)
            first, second = self.hosts
            first.environment |= {"DATABASE_URL": self.pool.url(), "DATABASE_POOLED": "true"}
            places = f"127.0.0.1:{self.primary.port},127.0.0.1:{self.standby.port}"
            second.environment |= {"DATABASE_URL": f"postgresql://{USER}@{places}/{DATABASE}"}
            for host in self.hosts:
                host.environment["DATABASE_REPLICA_URLS"] = self.standby.url(DATABASE)
                stack.callback(host.stop)
                host.start()
            stack.enter_context(nginx(self._folder / "nginx", self._nginx(), self.port))
            yield self

    def _hosts(self) -> list[Web]:
        first, second = (Web(self._folder / name, self.primary, self.redis) for name in ("first", "second"))
        first.environment |= {"TRUSTED_PROXIES": "1", "METRICS_TOKEN": METRICS_TOKEN, "THROTTLE_REGISTER": "1000/min"}
        second.environment = dict(first.environment)  # one secret, so that each knows the other's tokens
        for host in (first, second):  # on machines of their own they would not share these files
            (host.folder / "metrics").mkdir()
            host.environment["PROMETHEUS_MULTIPROC_DIR"] = str(host.folder / "metrics")
        return [first, second]

    def _nginx(self) -> str:
        text = (ROOT / "deploy/nginx.conf").read_text()
        servers = "".join(f"server 127.0.0.1:{host.port};" for host in self.hosts)
        changes = {"server web:8000;": servers, "listen 8080;": f"listen 127.0.0.1:{self.port};"}
        changes |= {"/tmp/": f"{self._folder}/nginx/", "/dev/stdout": f"{self._folder}/nginx/access.log"}
        for theirs, ours in changes.items():
            assert theirs in text
            text = text.replace(theirs, ours)
        return text

    def reads(self) -> dict[tuple[str, str], float]:
        """How many reads were made, on both hosts, by database and reason."""
        total = dict[tuple[str, str], float]()
        for host in self.hosts:
            url = f"http://127.0.0.1:{host.port}/metrics"
            request = urllib.request.Request(url, headers={"Authorization": f"Bearer {METRICS_TOKEN}"})
            with urllib.request.urlopen(request, timeout=10) as answer:
                for database, reason, number in READS.findall(answer.read().decode()):
                    total[database, reason] = total.get((database, reason), 0) + float(number)
        return total

    def wait_for_reads(self, database: str, act: Callable[[], object]) -> None:
        """Act until such a read has been made."""
        before = sum(number for (name, _), number in self.reads().items() if name == database)

        def is_read() -> bool:
            act()
            return sum(number for (name, _), number in self.reads().items() if name == database) > before

        wait_until(is_read, f"{database} is read from", seconds=20)
