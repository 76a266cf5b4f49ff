"""Everything that can differ between two installations comes from the environment; see .env.example.

Production is the default: DEBUG is off, and a missing or weak SECRET_KEY or a missing ALLOWED_HOSTS stops the start.
"""

from datetime import timedelta
from pathlib import Path

from django.core.management.utils import get_random_secret_key

from ecommerce_backend import accounts, browsers, caches, databases, logs
from ecommerce_backend import environment as env

BASE_DIR = Path(__file__).resolve().parent.parent

# --- Who we are -------------------------------------------------------------------------------------------------------

DEBUG = env.read_bool("DEBUG", default=False)
# With DEBUG on, a key made for this process alone will do: tokens then end with it.
SECRET_KEY = env.read_secret(
    "SECRET_KEY", default=get_random_secret_key() if DEBUG else env.REQUIRED, checked=not DEBUG
)
ALLOWED_HOSTS = env.read_hosts("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if DEBUG else [])

ROOT_URLCONF = "ecommerce_backend.urls"
AUTH_USER_MODEL = "users.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TIME_ZONE = "UTC"
USE_I18N = False  # one language: error messages are part of the API and stay the same for every client

INSTALLED_APPS = [
    "ecommerce_backend.api",
    "ecommerce_backend.operations",
    "products",
    "users",
    "rest_framework",
    "rest_framework_simplejwt.token_blacklist",
    "django_filters",
    "drf_yasg",
    "corsheaders",
    "csp",
    "axes",
    "auditlog",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "ecommerce_backend.api.middleware.RequestIDMiddleware",  # first: every answer carries the id
    # Before anything that answers: errors carry these headers too.
    "ecommerce_backend.api.middleware.SecurityHeadersMiddleware",
    "ecommerce_backend.api.browser_middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "ecommerce_backend.api.middleware.CorsMiddleware",
    "ecommerce_backend.api.middleware.ProblemMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
    # None of these under /api/.
    "ecommerce_backend.api.browser_middleware.WhiteNoiseMiddleware",
    "ecommerce_backend.api.browser_middleware.SessionMiddleware",
    "ecommerce_backend.api.browser_middleware.CsrfViewMiddleware",
    "ecommerce_backend.api.browser_middleware.AuthenticationMiddleware",
    "ecommerce_backend.api.browser_middleware.MessageMiddleware",
    "ecommerce_backend.api.browser_middleware.AxesMiddleware",
    "ecommerce_backend.api.browser_middleware.AuditMiddleware",
]

_processors = [
    "django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": _processors},
    }
]

# --- Data -------------------------------------------------------------------------------------------------------------

DATABASES, DATABASE_ROUTERS = databases.configuration(BASE_DIR)
AUDITLOG_CID_GETTER = "ecommerce_backend.request_id.get_request_id"
REDIS_URL = env.read_redis("REDIS_URL")
CACHES = caches.configuration(REDIS_URL, env.read_servers("MEMCACHED_SERVERS"))
ANSWER_CACHE_BYTES = env.read_int("ANSWER_CACHE_MB", default=4) * 1024 * 1024  # in the memory of each worker

# --- Static files: the admin and Swagger, served by the web process itself -------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
WHITENOISE_USE_FINDERS = True  # served straight from the packages when `collectstatic` has not been run
STORAGES = {"staticfiles": {"BACKEND": "ecommerce_backend.static.HashedStaticFilesStorage"}}

# --- The outside world ------------------------------------------------------------------------------------------------

TRUSTED_PROXIES = env.read_int("TRUSTED_PROXIES", default=0)
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = env.read_bool("SECURE_SSL_REDIRECT", default=False)
SESSION_COOKIE_SECURE = SECURE_SSL_REDIRECT
CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT
SECURE_REDIRECT_EXEMPT = [r"^health/"]  # probes speak plain HTTP inside the platform
SECURE_HSTS_SECONDS = 31_536_000 if SECURE_SSL_REDIRECT else 0
# Subdomains and the preload list bind a whole domain: its owner decides on them, not one of its sites.
# The other two know middleware by its name only, and not ours that derives from it: see api/browser_middleware.py.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021", "security.W003", "axes.W002"]

CONTENT_SECURITY_POLICY = browsers.CONTENT_SECURITY_POLICY
CORS_ALLOWED_ORIGINS = env.read_origins("CORS_ALLOWED_ORIGINS")
CORS_ALLOW_ALL_ORIGINS = not CORS_ALLOWED_ORIGINS
CORS_ALLOW_HEADERS = browsers.CORS_ALLOW_HEADERS
CORS_EXPOSE_HEADERS = browsers.CORS_EXPOSE_HEADERS
CSRF_TRUSTED_ORIGINS = env.read_origins("CSRF_TRUSTED_ORIGINS", subdomains=True)

# --- The API ----------------------------------------------------------------------------------------------------------

CATALOGUE_WRITES = env.read_choice("CATALOGUE_WRITES", choices=("editors", "authenticated"))
MAX_BODY_BYTES = 1024 * 1024
THROTTLE_RATES = {
    name: env.read_rate(f"THROTTLE_{name.upper()}", default=rate) for name, rate in accounts.RATES.items()
}

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["ecommerce_backend.api.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["ecommerce_backend.api.parsers.JSONParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "ecommerce_backend.api.negotiation.FirstRendererNegotiation",
    "DEFAULT_AUTHENTICATION_CLASSES": ["users.authentication.BearerAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PAGINATION_CLASS": "ecommerce_backend.api.pagination.PageNumberPagination",
    "DEFAULT_THROTTLE_CLASSES": [
        "ecommerce_backend.api.throttling.AnonThrottle",
        "ecommerce_backend.api.throttling.UserThrottle",
    ],
    "NUM_PROXIES": TRUSTED_PROXIES,
    "EXCEPTION_HANDLER": "ecommerce_backend.api.problems.problem_handler",
    "DEFAULT_METADATA_CLASS": "ecommerce_backend.api.metadata.PlainMetadata",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}

SWAGGER_USE_COMPAT_RENDERERS = False
SWAGGER_SETTINGS = {
    "DEFAULT_INFO": "ecommerce_backend.api.schema.info",
    "DEFAULT_GENERATOR_CLASS": "ecommerce_backend.api.schema.SchemaGenerator",
    "DEFAULT_AUTO_SCHEMA_CLASS": "ecommerce_backend.api.schema.AutoSchema",
    "SPEC_URL": ("schema", {"format": "json"}),
    "USE_SESSION_AUTH": False,
    "DEFAULT_MODEL_RENDERING": "example",
}
REDOC_SETTINGS = {"SPEC_URL": ("schema", {"format": "json"})}
LANDING_LINKS = {name: env.read(f"{name.upper()}_URL", default="") for name in ("docs", "storefront")}

# --- Accounts ---------------------------------------------------------------------------------------------------------

JWT_PREVIOUS_SIGNING_KEY = env.read_secret("JWT_PREVIOUS_SIGNING_KEY", default="", checked=not DEBUG)
SIMPLE_JWT = accounts.tokens(
    signing_key=env.read_secret("JWT_SIGNING_KEY", default=accounts.derived_signing_key(SECRET_KEY), checked=not DEBUG),
    access_minutes=env.read_int("ACCESS_TOKEN_MINUTES", default=15, minimum=1),
    refresh_days=env.read_int("REFRESH_TOKEN_DAYS", default=7, minimum=1, maximum=3650),
)
PASSWORD_HASHERS = ["users.hashers.Argon2PasswordHasher", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
PASSWORD_RESET_TIMEOUT = 3600
PASSWORD_RESET_PAGE = env.read("PASSWORD_RESET_PAGE", default="")
AUTH_PASSWORD_VALIDATORS = accounts.PASSWORD_VALIDATORS

_paths = ("api", "health", "metrics", "redoc", "static", "swagger")
ADMIN_PATH = env.read_path("ADMIN_PATH", default="admin", taken=_paths)
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "users.backends.ModelBackend"]
AXES_HANDLER = "users.axes.AdminAttemptHandler"
AXES_ONLY_ADMIN_SITE = True
AXES_RESET_ON_SUCCESS = True
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=5)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "users.axes.account_key"
AXES_CLIENT_IP_CALLABLE = "users.axes.client_key"

# --- Mail: to the console, unless there is a host to send it through --------------------------------------------------

EMAIL_HOST = env.read("EMAIL_HOST", default="")
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend"
EMAIL_PORT = env.read_int("EMAIL_PORT", default=587)
EMAIL_TIMEOUT = 10
EMAIL_HOST_USER = env.read("EMAIL_HOST_USER", default="")
EMAIL_HOST_PASSWORD = env.read("EMAIL_HOST_PASSWORD", default="")
EMAIL_USE_TLS = env.read_bool("EMAIL_USE_TLS", default=True)
DEFAULT_FROM_EMAIL = env.read("DEFAULT_FROM_EMAIL", default="shop@localhost")

# --- Telling what goes on ---------------------------------------------------------------------------------------------

METRICS_TOKEN = env.read("METRICS_TOKEN", default="")
SLOW_QUERY_MS = env.read_int("SLOW_QUERY_MS", default=500)
logs.report_errors(env.read("SENTRY_DSN", default="", cast=logs.sentry_dsn))
LOGGING = logs.configuration(env.read_choice("LOG_LEVEL", choices=("INFO", "DEBUG", "WARNING", "ERROR")))
