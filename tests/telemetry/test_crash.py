"""A crash is reported."""

import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

from tests.processes import Answer, Checkout, free_port


def test_a_crash_is_sent_to_sentry_without_who_asked(tmp_path):
    sent = []

    class Sentry(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            sent.append(gzip_or_plain(self.headers, body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            """Nothing."""

    with HTTPServer(("127.0.0.1", 0), Sentry) as sentry, Checkout(tmp_path) as checkout:
        threading.Thread(target=sentry.serve_forever, daemon=True).start()
        urls = tmp_path / "ecommerce_backend" / "urls.py"
        urls.write_text(urls.read_text() + 'urlpatterns.insert(0, path("api/crash/", lambda request: 1 / 0))\n')
        checkout.run_server(
            ".venv/bin/gunicorn",
            port=free_port(),
            **{"SECRET_KEY": secrets.token_urlsafe(64), "ALLOWED_HOSTS": "127.0.0.1"},
            SENTRY_DSN=f"http://key@127.0.0.1:{sentry.server_port}/1",
        )
        secret = {"Authorization": "Bearer a-secret-token", "Cookie": "sessionid=secret"}
        answer = Answer(checkout, "GET", "/api/crash/", **secret)
        assert answer.status == 500
        deadline = time.monotonic() + 10
        while not any("ZeroDivisionError" in each for each in sent) and time.monotonic() < deadline:
            time.sleep(0.05)
        sentry.shutdown()
    report = next(each for each in sent if "ZeroDivisionError" in each)
    assert "secret" not in report


def gzip_or_plain(headers, body):
    import gzip

    return (gzip.decompress(body) if headers.get("Content-Encoding") == "gzip" else body).decode(errors="replace")
