"""Counting over all processes together: in Redis when there is one, else in PostgreSQL.

A window begins with the first hit and is forgotten when it ends. Both stores count in one atomic step.
"""

import logging
from functools import cache
from hashlib import sha256
from typing import Any, NamedTuple

import redis
from django.conf import settings
from django.db import connection

from ecommerce_backend.breaker import OPEN_SECONDS, CircuitBreaker
from ecommerce_backend.caches import TIMEOUT_SECONDS

logger = logging.getLogger(__name__)

_HIT = """
local limit = tonumber(ARGV[2])
if tonumber(redis.call('GET', KEYS[1]) or 0) >= limit then return {limit + 1, redis.call('PTTL', KEYS[1])} end
local hits = redis.call('INCR', KEYS[1])
if redis.call('PTTL', KEYS[1]) < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return {hits, redis.call('PTTL', KEYS[1])}
"""
# A counter that has ended meanwhile must not come back as -1 for ever.
_TAKE_BACK = """
if tonumber(redis.call('GET', KEYS[1]) or 0) > 0 then redis.call('DECR', KEYS[1]) end
return {}
"""
_UPSERT = """
    INSERT INTO api_ratecounter AS counter (key, hits, resets_at)
    VALUES (%s, 1, clock_timestamp() + make_interval(secs => %s))
    ON CONFLICT (key) DO UPDATE SET
        hits = CASE WHEN counter.resets_at <= clock_timestamp() THEN 1 ELSE counter.hits + 1 END,
        resets_at = CASE WHEN counter.resets_at <= clock_timestamp() THEN excluded.resets_at ELSE counter.resets_at END
    WHERE counter.hits < %s OR counter.resets_at <= clock_timestamp()
    RETURNING hits, extract(epoch FROM resets_at - clock_timestamp())
"""

_LEFT = "SELECT extract(epoch FROM resets_at - clock_timestamp()) FROM api_ratecounter WHERE key = %s"

breaker = CircuitBreaker()  # one per process, as the connection is


class Count(NamedTuple):
    """The hits of a window, this one included, and the seconds until it ends. In a full window: limit + 1."""

    hits: int
    seconds: float


def hit(name: str, *, seconds: int, limit: int) -> Count:
    """Count one hit of `name`, unless its window is full: a hit that is refused is not counted, and not taken back.

    Cost: one round trip to Redis; without it, or while it is away, one query, and another when it is refused.
    """
    if found := _in_redis(_HIT, _key(name), seconds * 1000, limit):
        hits, milliseconds = found
        return Count(hits, milliseconds / 1000)
    with connection.cursor() as cursor:
        cursor.execute(_UPSERT, [_key(name), seconds, limit])
        if counted := cursor.fetchone():
            hits, left = counted
            return Count(hits, float(left))
        cursor.execute(_LEFT, [_key(name)])
        [left] = cursor.fetchone() or [0]  # it may have ended meanwhile, and been deleted
        return Count(limit + 1, max(0.0, float(left)))


def take_back(name: str) -> None:
    """Uncount one hit of `name`. Cost: as `hit`."""
    if _in_redis(_TAKE_BACK, _key(name)) is not None:
        return
    with connection.cursor() as cursor:
        cursor.execute("UPDATE api_ratecounter SET hits = hits - 1 WHERE key = %s AND hits > 0", [_key(name)])


def _key(name: str) -> str:
    # Names hold addresses and accounts, which a store of counters has no need to know.
    return sha256(name.encode()).hexdigest()


def _in_redis(script: str, *arguments: Any) -> list[int] | None:
    """What a script answers; None without Redis, or while it is away."""
    if not settings.REDIS_URL or not breaker.allows():
        return None
    try:
        with breaker.attempt():
            found: list[int] = _client(settings.REDIS_URL).eval(script, 1, *arguments)
    except redis.RedisError:
        breaker.open()
        logger.warning("Redis is away: counting in PostgreSQL for %s seconds", OPEN_SECONDS)
        return None
    return found


@cache
def _client(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_timeout=TIMEOUT_SECONDS, socket_connect_timeout=TIMEOUT_SECONDS, retry=None)
