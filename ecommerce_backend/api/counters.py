"""Counting over all processes together: in Redis when there is one, else in PostgreSQL.

A window begins with the first hit and is forgotten when it ends. Both stores count in one atomic step.
"""

import logging
import time
from functools import cache
from hashlib import sha256
from typing import NamedTuple

import redis
from django.conf import settings
from django.db import connection

logger = logging.getLogger(__name__)

REDIS_TIMEOUT_SECONDS = 0.3
# After a failure Redis is left alone for a while, so that one that hangs costs its time-out once and not every request.
REDIS_PAUSE_SECONDS = 5.0

_SCRIPT = """
local hits = redis.call('INCR', KEYS[1])
if hits == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return {hits, redis.call('PTTL', KEYS[1])}
"""
_UPSERT = """
    INSERT INTO api_ratecounter AS counter (key, hits, resets_at)
    VALUES (%s, 1, clock_timestamp() + make_interval(secs => %s))
    ON CONFLICT (key) DO UPDATE SET
        hits = CASE WHEN counter.resets_at <= clock_timestamp() THEN 1 ELSE counter.hits + 1 END,
        resets_at = CASE WHEN counter.resets_at <= clock_timestamp() THEN excluded.resets_at ELSE counter.resets_at END
    RETURNING hits, extract(epoch FROM resets_at - clock_timestamp())
"""

_redis_rests_until = 0.0


class Count(NamedTuple):
    """The hits of a window, this one included, and the seconds until it ends."""

    hits: int
    seconds: float


def hit(name: str, *, seconds: int) -> Count:
    """Count one hit of `name`. Cost: one round trip to Redis; without it, or while it is away, one query."""
    if client := _available_redis():
        try:
            hits, milliseconds = client.eval(_SCRIPT, 1, _key(name), seconds * 1000)
            return Count(hits, milliseconds / 1000)
        except redis.RedisError:
            _rest()
    with connection.cursor() as cursor:
        cursor.execute(_UPSERT, [_key(name), seconds])
        hits, left = cursor.fetchone()
        return Count(hits, float(left))


def take_back(name: str) -> None:
    """Uncount one hit of `name`. Cost: as `hit`."""
    if client := _available_redis():
        try:
            # A counter that has ended meanwhile must not come back as -1 for ever.
            client.eval("if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('DECR', KEYS[1]) end", 1, _key(name))
            return
        except redis.RedisError:
            _rest()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE api_ratecounter SET hits = hits - 1 WHERE key = %s AND hits > 0", [_key(name)])


def _key(name: str) -> str:
    # Names hold addresses and accounts, which a store of counters has no need to know.
    return sha256(name.encode()).hexdigest()


def _available_redis() -> redis.Redis | None:
    if not settings.REDIS_URL or time.monotonic() < _redis_rests_until:
        return None
    return _client(settings.REDIS_URL)


@cache
def _client(url: str) -> redis.Redis:
    return redis.Redis.from_url(
        url, socket_timeout=REDIS_TIMEOUT_SECONDS, socket_connect_timeout=REDIS_TIMEOUT_SECONDS, retry=None
    )


def _rest() -> None:
    global _redis_rests_until  # noqa: PLW0603 - one per process, as the connection is
    _redis_rests_until = time.monotonic() + REDIS_PAUSE_SECONDS
    logger.warning("Redis is away: counting in PostgreSQL for %s seconds", REDIS_PAUSE_SECONDS)
