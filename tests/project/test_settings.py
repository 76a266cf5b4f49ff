"""The settings, read by a process of their own with an environment of its own."""

import os
import subprocess
import sys

import pytest

from tests.processes import ROOT

GOOD = {
    "ENV_FILE": os.devnull,
    "SECRET_KEY": "correct horse battery staple, and sixty characters of salt!",
    "ALLOWED_HOSTS": "shop.example.com",
    "DATABASE_URL": "postgresql://shop:very-secret@db.example.com:5433/shop?sslmode=require",
}

SESSION = "-c statement_timeout=5000 -c lock_timeout=2000 -c random_page_cost=1.1 -c plan_cache_mode=force_generic_plan"


def read(expression="None", **changes):
    """What `expression` of the settings is, or the last line of the error."""
    environment = {name: value for name, value in (GOOD | changes).items() if value is not None}
    code = f"from django.conf import settings; print(({expression}) if settings.BASE_DIR else 0)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment | {"DJANGO_SETTINGS_MODULE": "ecommerce_backend.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip() or done.stderr.strip().splitlines()[-1]


def test_good_settings_are_taken():
    assert read("settings.DEBUG, settings.ALLOWED_HOSTS") == "(False, ['shop.example.com'])"


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("SECRET_KEY", None, "is not set"),
        ("SECRET_KEY", "", "is not set"),
        ("SECRET_KEY", "short", "is too weak"),
        ("SECRET_KEY", "x" * 60, "is too weak"),
        ("SECRET_KEY", "django-insecure-" + "abcdefgh" * 8, "is too weak"),
        ("ALLOWED_HOSTS", None, "is not set"),
        ("ALLOWED_HOSTS", " , ", "is not set"),
        ("ALLOWED_HOSTS", "*", "must not hold a wildcard"),
        ("ALLOWED_HOSTS", "shop.example.com, *", "must not hold a wildcard"),
        ("DEBUG", "banana", "is not valid"),
        ("DATABASE_URL", "mysql://shop:very-secret@db/shop", "must begin with postgres://"),
        ("DATABASE_URL", "postgresql://shop:very-secret@db:port/shop", "cannot be read"),
        ("DATABASE_URL", "postgresql://shop:very-secret@db:5432,db2:port/shop", "cannot be read"),
        ("DATABASE_REPLICA_URLS", "mysql://shop:very-secret@db/shop", "must begin with postgres://"),
        (
            "DATABASE_REPLICA_URLS",
            "postgresql://db1/shop, postgresql://shop:very-secret@db:port/shop",
            "cannot be read",
        ),
        ("DATABASE_POOLED", "banana", "is not valid"),
        ("DATABASE_STATEMENT_TIMEOUT", "soon", "is not valid"),
        ("DATABASE_STATEMENT_TIMEOUT", "-1", "must be from 0 to"),
        ("CATALOGUE_WRITES", "banana", "must be one of: editors, authenticated"),
        ("ACCESS_TOKEN_MINUTES", "0", "must be from 1 to"),
        ("ACCESS_TOKEN_MINUTES", "99999999999", "must be from 1 to"),
        ("REFRESH_TOKEN_DAYS", "9999999", "must be from 1 to"),
        ("REFRESH_TOKEN_DAYS", "banana", "is not valid"),
        ("TRUSTED_PROXIES", "banana", "is not valid"),
        ("SECURE_SSL_REDIRECT", "banana", "is not valid"),
        ("LOG_LEVEL", "banana", "must be one of: INFO,"),
        ("ALLOWED_HOSTS", "*.example.com", "has no '*' for a part of a host"),
        ("ALLOWED_HOSTS", "https://shop.example.com", "must hold names alone"),
        ("ALLOWED_HOSTS", "shop.example.com:8000", "must hold names alone"),
        ("CORS_ALLOWED_ORIGINS", "https://*", "must be like https://"),
        ("CORS_ALLOWED_ORIGINS", "shop.example.net", "must be like https://"),
        ("CORS_ALLOWED_ORIGINS", "https://shop.example.com/", "must be like https://"),
        ("CSRF_TRUSTED_ORIGINS", "shop.example.net", "must be like https://"),
        ("DATABASE_URL", "postgresql://db", "has no name of a database"),
        ("DATABASE_URL", "postgresql://shop:very-secret@db/shop?banana=1", "cannot be read"),
        ("SENTRY_DSN", "notadsn", "is not valid"),
        ("MEMCACHED_SERVERS", "cache.example.com", "must be like HOST:11211"),
        ("REDIS_URL", "banana", "must be like redis://"),
        ("REDIS_URL", "http://very-secret", "must be like redis://"),
        ("REDIS_URL", "redis://127.0.0.1:notaport/0", "must be like redis://"),
        ("ADMIN_PATH", "/", "must be letters"),
        ("ADMIN_PATH", "api/boss", "must be letters"),
        ("ADMIN_PATH", "boss(", "must be letters"),
    ],
)
def test_what_is_missing_or_wrong_stops_the_start_and_is_named_without_its_value(name, value, reason):
    message = read(**{name: value})
    assert message.startswith("django.core.exceptions.ImproperlyConfigured: ")
    assert f"{name} {reason}" in message
    assert value in (None, "", " , ", "*", "0", "-1") or value not in message
    assert "very-secret" not in message


def test_with_debug_on_a_key_and_local_hosts_are_enough():
    expression = "settings.ALLOWED_HOSTS, len(settings.SECRET_KEY)"
    assert (
        read(expression, DEBUG="true", SECRET_KEY=None, ALLOWED_HOSTS=None)
        == "(['localhost', '127.0.0.1', '[::1]'], 50)"
    )


def test_the_database_is_the_one_that_the_url_names_with_limits_on_time():
    shown = read(
        "{name: settings.DATABASES['default'][name] for name in ('HOST', 'PORT', 'NAME', 'OPTIONS', 'ENGINE')}"
    )
    assert eval(shown) == {
        "HOST": "db.example.com",
        "PORT": 5433,
        "NAME": "shop",
        "ENGINE": "django.db.backends.postgresql",
        "OPTIONS": {
            "sslmode": "require",
            "connect_timeout": 3,
            "tcp_user_timeout": 5000,
            "keepalives_idle": 5,
            "options": SESSION,
        },
    }


def test_what_the_url_asks_of_sessions_is_added_to_our_limits():
    url = f"{GOOD['DATABASE_URL']}&options=-c%20search_path%3Dshop"
    expression = "settings.DATABASES['default']['OPTIONS']['options']"
    assert read(expression, DATABASE_URL=url) == f"{SESSION} -c search_path=shop"
    assert read(expression, DATABASE_URL=url, DATABASE_POOLED="true") == "-c search_path=shop"


def test_limits_are_those_of_the_contract():
    rates = eval(read("settings.THROTTLE_RATES"))
    assert rates == {
        "anon": (300, 60),
        "user": (1000, 60),
        "picture": (3000, 60),
        "login_address": (20, 60),
        "login_account": (5, 60),
        "register": (10, 3600),
        "refresh": (60, 60),
    }


def test_without_replicas_nothing_is_routed():
    assert read("list(settings.DATABASES), settings.DATABASE_ROUTERS") == "(['default'], [])"


def test_replicas_are_named_in_order_and_take_reads_only():
    urls = "postgresql://shop@db2.example.com/shop?sslmode=require, postgresql://shop@db3.example.com:6000/shop"
    expression = "[(name, one['HOST'], one['PORT'], one['OPTIONS']) for name, one in settings.DATABASES.items()][1:]"
    options = {
        "sslmode": "require",
        "connect_timeout": 1,
        "tcp_user_timeout": 2000,
        "keepalives_idle": 5,
        "options": f"{SESSION} -c default_transaction_read_only=on",
    }
    assert eval(read(expression, DATABASE_REPLICA_URLS=urls)) == [
        ("replica1", "db2.example.com", "", options),
        ("replica2", "db3.example.com", 6000, options | {"sslmode": "prefer"}),
    ]


def test_of_several_hosts_the_primary_is_found():
    expression = "[settings.DATABASES['default'][name] for name in ('HOST', 'PORT', 'USER', 'NAME', 'OPTIONS')]"
    host, port, user, name, options = eval(
        read(expression, DATABASE_URL="postgresql://shop:very%40secret@db1.example.com:5433,db2.example.com/shop")
    )
    assert (host, port, user, name) == ("db1.example.com,db2.example.com", "5433,5432", "shop", "shop")
    assert (options["target_session_attrs"], options["tcp_user_timeout"]) == ("read-write", 2000)


def test_a_pool_gets_no_options_and_no_server_side_cursors():
    expression = (
        "[(one['DISABLE_SERVER_SIDE_CURSORS'], 'options' in one['OPTIONS']) for one in settings.DATABASES.values()]"
    )
    replica = "postgresql://shop@db2.example.com/shop"
    assert read(expression, DATABASE_REPLICA_URLS=replica) == "[(False, True), (False, True)]"
    assert read(expression, DATABASE_REPLICA_URLS=replica, DATABASE_POOLED="true") == "[(True, False), (True, False)]"


def test_forwarded_headers_are_believed_behind_a_proxy_only():
    expression = "getattr(settings, 'SECURE_PROXY_SSL_HEADER', None)"
    assert read(expression) == "None"
    assert read(expression, TRUSTED_PROXIES="1") == "('HTTP_X_FORWARDED_PROTO', 'https')"


def test_a_list_of_origins_narrows_cors():
    expression = "settings.CORS_ALLOW_ALL_ORIGINS, settings.CORS_ALLOWED_ORIGINS"
    assert read(expression) == "(True, [])"
    assert read(expression, CORS_ALLOWED_ORIGINS="https://a.example, ") == "(False, ['https://a.example'])"


def test_the_environment_wins_over_the_file(tmp_path):
    (tmp_path / ".env").write_text("ALLOWED_HOSTS=file.example\nCATALOGUE_WRITES=authenticated\n")
    expression = "settings.ALLOWED_HOSTS, settings.CATALOGUE_WRITES"
    assert read(expression, ENV_FILE=str(tmp_path / ".env")) == "(['shop.example.com'], 'authenticated')"
