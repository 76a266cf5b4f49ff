"""The project's settings as the tests use them: production's, whatever the developer's own .env says."""

import os
import secrets

os.environ["ENV_FILE"] = os.devnull
os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(64))
os.environ.setdefault("ALLOWED_HOSTS", "testserver,localhost,127.0.0.1")

from ecommerce_backend.settings import *  # noqa: F403

# Off, but for the tests of the limits themselves.
THROTTLE_RATES = dict.fromkeys(THROTTLE_RATES)  # noqa: F405

# The default is slow on purpose, which is another test's business: hundreds of them log in.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
