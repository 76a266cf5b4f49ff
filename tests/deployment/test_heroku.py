"""The Procfile's own processes, started by honcho under Heroku's variables, behind a router that ends TLS."""

import http.client
import json
import re
import secrets
import signal
import ssl
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import psutil
import pytest

from tests.deployment.servers import listens, make_certificate, nginx, program, tls_postgres, wait_until
from tests.processes import ROOT, Checkout, free_port

HOST = "my-shop.herokuapp.com"
APP = json.loads((ROOT / "app.json").read_text())
ROUTER = """
events {{}}
pid nginx.pid;
error_log stderr;
http {{
    access_log off;
    client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;
    proxy_http_version 1.1;
    proxy_set_header Host $host;
    proxy_set_header Connection "";
    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    proxy_set_header X-Forwarded-Proto $scheme;
    upstream dyno {{ server 127.0.0.1:{dyno}; keepalive 8; }}
    server {{ listen 127.0.0.1:{http}; location / {{ proxy_pass http://dyno; }} }}
    server {{
        listen 127.0.0.1:{https} ssl;
        ssl_certificate server.crt; ssl_certificate_key server.key;
        location / {{ proxy_pass http://dyno; }}
    }}
}}
"""


@pytest.fixture(scope="module")
def slug(tmp_path_factory):
    """What the buildpack makes of a push: a checkout without settings of its own, its static files collected."""
    program("nginx")
    with (
        tls_postgres(tmp_path_factory.mktemp("database")) as database,
        Checkout(tmp_path_factory.mktemp("slug")) as checkout,
    ):
        given = {name: each["value"] for name, each in APP["env"].items() if each.get("value")}
        (checkout.path / "no.env").touch()
        environment = checkout.environment | given | {"SECRET_KEY": secrets.token_hex(32), "DATABASE_URL": database}
        environment |= {"DYNO": "web.1", "PATH": f"{ROOT}/.venv/bin:/usr/bin:/bin"}
        run = {"cwd": checkout.path, "env": environment, "capture_output": True, "text": True}
        done = subprocess.run(["python", "manage.py", "collectstatic", "--noinput"], check=False, **run)
        assert done.returncode == 0, done.stderr
        yield SimpleNamespace(path=checkout.path, run=run, environment=environment)


@pytest.fixture(scope="module")
def release(slug):
    """What the release phase printed."""
    done = subprocess.run(["honcho", "-e", "no.env", "start", "release"], check=False, timeout=120, **slug.run)
    assert done.returncode == 0, done.stdout
    postdeploy = subprocess.run(["sh", "-c", APP["scripts"]["postdeploy"]], check=False, timeout=120, **slug.run)
    assert postdeploy.returncode == 0, postdeploy.stderr
    return done.stdout


@pytest.fixture(scope="module")
def dyno(slug, release, tmp_path_factory):
    """The web process, and the router in front of it."""
    ports = {name: free_port() for name in ("dyno", "http", "https")}
    folder = tmp_path_factory.mktemp("router")
    make_certificate(folder, HOST)
    log = slug.path / "web.log"
    command = ["honcho", "-e", "no.env", "start", "--port", str(ports["dyno"]), "web"]
    with (
        log.open("wb") as output,
        nginx(folder, ROUTER.format(**ports), ports["https"]),
        subprocess.Popen(command, cwd=slug.path, env=slug.environment, stdout=output, stderr=output) as process,
    ):
        try:
            wait_until(lambda: listens(ports["dyno"]), process, log)
            yield SimpleNamespace(process=process, log=log, certificate=folder / "server.crt", **ports)
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)


class Router:
    """A client of the site, through the router."""

    def __init__(self, dyno):
        self.dyno = dyno

    def ask(self, method, path, body=None, *, tls=True, **headers):
        if tls:
            # The name is not in any DNS: the certificate is for this machine's address, too.
            trust = ssl.create_default_context(cafile=self.dyno.certificate)
            connection = http.client.HTTPSConnection("127.0.0.1", self.dyno.https, context=trust, timeout=20)
        else:
            connection = http.client.HTTPConnection("127.0.0.1", self.dyno.http, timeout=20)
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, {"Host": HOST, "Content-Type": "application/json"} | names)
        answer = connection.getresponse()
        answer.body = answer.read()
        connection.close()
        return answer


@pytest.fixture
def site(dyno):
    return Router(dyno)


def test_the_release_phase_migrates_over_tls_and_a_second_release_has_nothing_to_do(slug, release):
    assert "Applying products.0003_search_and_tallies..." in release
    again = subprocess.run(["honcho", "-e", "no.env", "start", "release"], check=False, timeout=120, **slug.run)
    assert "No migrations to apply." in again.stdout
    plain = slug.run | {"env": slug.environment | {"DATABASE_SSLMODE": "disable"}}
    refused = subprocess.run(["python", "manage.py", "migrate_safely"], check=False, timeout=60, **plain)
    assert refused.returncode == 1
    assert "server closed the connection unexpectedly" in refused.stderr


def test_the_shop_is_served_over_https_under_its_own_name(site):
    answer = site.ask("GET", "/api/products/?page_size=1")
    page = json.loads(answer.body)
    assert (answer.status, page["count"]) == (200, 289)
    assert page["next"].startswith(f"https://{HOST}/api/products/")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert site.ask("GET", "/health/ready/").status == 200


def test_plain_http_is_sent_to_https(site):
    answer = site.ask("GET", "/api/products/", tls=False)
    assert (answer.status, answer.headers["Location"]) == (301, f"https://{HOST}/api/products/")


def test_one_hop_is_trusted_and_no_other(site):
    body = json.dumps({"username": "nobody", "password": "wrong password"})
    with ThreadPoolExecutor(2) as pool:
        attempts = pool.map(lambda n: site.ask("POST", "/api/token/", body, X_Forwarded_For=f"9.9.9.{n}"), range(8))
    assert {answer.status for answer in attempts} == {401, 429}
    assert site.ask("GET", "/api/", Host="evil.example").status == 400


@pytest.mark.parametrize("page", ["/swagger/", "/redoc/", "/admin/login/"])
def test_every_static_file_of_a_page_has_a_hash_in_its_name_and_is_kept_for_ever(site, page):
    html = site.ask("GET", page).body.decode()
    files = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', html))
    assert files
    for file in files:
        answer = site.ask("GET", file, Accept_Encoding="gzip")
        assert (file, answer.status) == (file, 200)
        assert re.search(r"\.[0-9a-f]{12}\.\w+$", file)
        assert answer.headers["Cache-Control"] == "max-age=315360000, public, immutable"


def test_the_web_process_keeps_fewer_connections_than_the_plan_has(site, dyno):
    with ThreadPoolExecutor(24) as pool:
        answers = list(pool.map(lambda n: site.ask("GET", f"/api/products/?page={n + 1}&page_size=5"), range(48)))
    assert {answer.status for answer in answers} == {200}
    workers = [each for each in psutil.Process(dyno.process.pid).children(recursive=True) if each.name() == "gunicorn"]
    assert len(workers) == 3  # one that starts the two others
    assert max(worker.memory_info().rss for worker in workers) < 150 * 1024 * 1024


def test_housekeeping_ends_by_itself_and_well(slug, release):
    command = ["honcho", "-e", "no.env", "start", "housekeeping"]
    done = subprocess.run(command, check=False, timeout=60, **slug.run)
    assert done.returncode == 0, done.stdout
    assert "expired logins deleted" in done.stdout


def test_stopping_ends_what_was_begun_within_the_thirty_seconds_of_the_platform(site, dyno):
    """The last of this file: nothing is served afterwards."""
    begun = http.client.HTTPConnection("127.0.0.1", dyno.dyno, timeout=30)
    body = json.dumps({"username": "nobody", "password": "wrong password"}).encode()
    begun.putrequest("POST", "/api/token/", skip_host=True)
    names = {"Host": HOST, "X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}
    for name, value in (names | {"Content-Type": "application/json", "Content-Length": str(len(body))}).items():
        begun.putheader(name, value)
    begun.endheaders(body[:10])
    assert site.ask("GET", "/health/live/").status == 200  # by now the other request is in
    # Every process of a dyno gets the signal.
    for each in psutil.Process(dyno.process.pid).children(recursive=True):
        if each.name() == "gunicorn":
            each.terminate()
    stopped = time.monotonic()
    begun.send(body[10:])
    assert begun.getresponse().status == 401
    begun.close()
    dyno.process.wait(timeout=30)
    assert time.monotonic() - stopped < 25
    assert "Traceback" not in dyno.log.read_text()
