"""Probes for whoever runs the process: is it alive, can it serve?"""

import logging
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ecommerce_backend.api.exceptions import ServiceUnavailable
from ecommerce_backend.lifecycle import stopping

logger = logging.getLogger(__name__)


class HealthSerializer(serializers.Serializer):
    """The answer of a probe that went well."""

    status = serializers.ChoiceField(choices=["ok"], help_text="Always the same; a failure is 503.")

    schema_examples = {"status": "ok"}


class ReadinessSerializer(HealthSerializer):
    """The same, with what is not needed to serve."""

    cache = serializers.ChoiceField(
        choices=["ok", "away", "off"], help_text="Redis. Without it answers are as right, and slower."
    )

    schema_examples = HealthSerializer.schema_examples | {"cache": "ok"}


class Probe(APIView):
    """What both probes share: anybody may ask, and nothing is looked up about who does."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = ()
    schema_tag = "Health"
    serializer_class: type[serializers.Serializer] = HealthSerializer

    def get_serializer(self) -> serializers.Serializer:
        """The shape of the answer, for the document."""
        return self.serializer_class()

    def get(self, request: Request) -> Response:
        """200 when the probe succeeds."""
        response = Response(self.serializer_class({"status": "ok"} | self.checked()).data)
        response["Cache-Control"] = "no-store"
        return response

    def checked(self) -> dict[str, Any]:
        """What was found out. Raises: whatever is wrong."""
        return {}


class LiveView(Probe):
    """Whether the process answers at all. Looks at nothing else: restarting it cures nothing that is outside it."""


class ReadyView(Probe):
    """Whether the process can serve: the database answers, and nobody has told it to stop. 503 when it cannot."""

    serializer_class = ReadinessSerializer

    def checked(self) -> dict[str, Any]:
        """The state of the cache. Raises: OperationalError, ServiceUnavailable. Cost: one query, one look at Redis."""
        if stopping.is_set():
            raise ServiceUnavailable("This process is about to end.")
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return {"cache": _state_of_cache()}


def _state_of_cache() -> str:
    if not settings.REDIS_URL:
        return "off"
    try:
        cache.get("ready")
    except Exception as error:
        logger.warning("The cache is away (%s)", type(error).__name__)
        return "away"
    return "ok"
