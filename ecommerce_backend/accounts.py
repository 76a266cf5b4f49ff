"""How accounts are guarded: passwords, tokens, and how often somebody may try."""

from datetime import timedelta
from typing import Any

from django.utils.crypto import salted_hmac

# How often, by what is counted; each can be changed by THROTTLE_ and its name.
RATES = {
    "anon": "300/min",
    "user": "1000/min",
    "picture": "3000/min",  # a page of a shop has a hundred at most, and a browser keeps each
    "login_address": "20/min",
    "login_account": "5/min",
    "register": "10/hour",
    "refresh": "60/min",
}

PASSWORD_MAX_LENGTH = 128  # longer ones only cost hashing time
_validators = "django.contrib.auth.password_validation"
PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": f"{_validators}.UserAttributeSimilarityValidator", "OPTIONS": {"user_attributes": ("username", "email")}},
    {"NAME": f"{_validators}.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "users.validators.MaximumLengthValidator", "OPTIONS": {"max_length": PASSWORD_MAX_LENGTH}},
    {"NAME": f"{_validators}.CommonPasswordValidator"},
    {"NAME": f"{_validators}.NumericPasswordValidator"},
]


def derived_signing_key(secret_key: str) -> str:
    """The key of the tokens when there is none of its own: the site's secret must not sign two kinds of things."""
    return salted_hmac("jwt", "signing", secret=secret_key, algorithm="sha256").hexdigest()


def tokens(*, signing_key: str, access_minutes: int, refresh_days: int) -> dict[str, Any]:
    """simplejwt's `SIMPLE_JWT`."""
    return {
        "SIGNING_KEY": signing_key,
        "ISSUER": "ecommerce_backend",
        "AUDIENCE": "ecommerce_backend",
        "ACCESS_TOKEN_LIFETIME": timedelta(minutes=access_minutes),
        "REFRESH_TOKEN_LIFETIME": timedelta(days=refresh_days),
        "AUTH_TOKEN_CLASSES": ["users.tokens.AccessToken"],
        "UPDATE_LAST_LOGIN": True,
    }
