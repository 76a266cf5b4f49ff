"""Where answers are kept."""

from typing import Any


def configuration(redis_url: str) -> dict[str, Any]:
    """Django's `CACHES`: Redis when there is one, else nothing is kept."""
    if not redis_url:
        return {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    return {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": redis_url,
            "KEY_PREFIX": "catalogue",
            "OPTIONS": {"socket_timeout": 0.3, "socket_connect_timeout": 0.3, "retry": None},
        }
    }
