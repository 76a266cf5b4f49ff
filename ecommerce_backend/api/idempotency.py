"""Idempotency-Key: a POST that is sent again, because its answer got lost, creates nothing more.

Key and answer are stored in the transaction that creates the object: after a crash there are both or neither, and the
same request can be sent again. While the first is running, an advisory lock says so.
"""

import json
import re
from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ecommerce_backend.api.exceptions import IdempotencyInProgress, IdempotencyKeyReused
from ecommerce_backend.api.models import IdempotencyKey
from ecommerce_backend.api.renderers import to_json
from ecommerce_backend.api.throttling import client_address

HEADER = "Idempotency-Key"
LIFETIME = timedelta(hours=24)

_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_KEPT_HEADERS = ("Location",)


class IdempotentCreateMixin(APIView):
    """For views with a `create` that answers 201: honours the Idempotency-Key header."""

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The new object, or the first answer again.

        Raises: ValidationError for a malformed key, IdempotencyKeyReused, IdempotencyInProgress.
        Cost: with a key, four queries more.
        """
        key = request.headers.get(HEADER)
        if key is None:
            return super().create(request, *args, **kwargs)  # type: ignore[misc]
        if not _KEY.fullmatch(key):
            raise ValidationError({HEADER: "Send 1 to 255 visible ASCII characters."})
        name, fingerprint = _name(request, key), _fingerprint(request)
        with transaction.atomic():
            _lock(name)
            known = IdempotencyKey.objects.filter(pk=name, created_at__gt=timezone.now() - LIFETIME).first()
            if known is not None:
                return _replay(known, fingerprint)
            response: Response = super().create(request, *args, **kwargs)  # type: ignore[misc]
            _remember(name, fingerprint, response)
            return response


def _name(request: Request, key: str) -> str:
    caller = request.user.pk if request.user.is_authenticated else f"address {client_address(request)}"
    return sha256(f"{caller}\n{key}".encode()).hexdigest()


def _fingerprint(request: Request) -> str:
    # With the site's secret, because a body may hold a password: a bare hash of it could be guessed.
    body = json.dumps(request.data, sort_keys=True, default=str)
    return salted_hmac("idempotency", f"{request.path}\n{body}", algorithm="sha256").hexdigest()


def _lock(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [name])
        if not cursor.fetchone()[0]:
            raise IdempotencyInProgress()


def _remember(name: str, fingerprint: str, response: Response) -> None:
    IdempotencyKey.objects.update_or_create(
        key=name,
        defaults={
            "fingerprint": fingerprint,
            "created_at": timezone.now(),
            "status": response.status_code,
            "headers": {header: response[header] for header in _KEPT_HEADERS if header in response},
            "body": to_json(response.data).decode(),
        },
    )


def _replay(known: IdempotencyKey, fingerprint: str) -> Response:
    if known.fingerprint != fingerprint:
        raise IdempotencyKeyReused()
    return Response(json.loads(known.body), status=known.status, headers=known.headers)
