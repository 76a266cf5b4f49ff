"""Probes for whoever runs the process: is it alive, can it serve?"""

import logging
from functools import cache
from typing import Any

from django.conf import settings
from django.core.cache import cache as answers
from django.db import DEFAULT_DB_ALIAS, connection
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ecommerce_backend import caches, replicas
from ecommerce_backend.api.exceptions import ServiceUnavailable
from ecommerce_backend.lifecycle import stopping
from products.models import Generation

logger = logging.getLogger(__name__)


class HealthSerializer(serializers.Serializer):
    """The answer of a probe that went well."""

    status = serializers.ChoiceField(choices=["ok"], help_text="Always the same; a failure is 503.")

    schema_examples: dict[str, Any] = {"status": "ok"}


class ReadinessSerializer(HealthSerializer):
    """The same, with what is not needed to serve."""

    cache = serializers.ChoiceField(
        choices=["ok", "away", "off"], help_text="Redis, or memcached. Without it answers are as right, and slower."
    )
    replicas = serializers.DictField(
        child=serializers.ChoiceField(choices=["ok", "lagging", "away"]),
        help_text="Each replica of the database, if there are any. Without it answers are as right, and slower.",
    )

    schema_examples = HealthSerializer.schema_examples | {"cache": "ok", "replicas": {"replica1": "ok"}}


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
        """The state of what is not needed. Raises: OperationalError, ServiceUnavailable.

        Cost: one query, one look at the cache; with replicas, a query more and one of each.
        """
        if stopping.is_set():
            raise ServiceUnavailable("This process is about to end.")
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('statement_timeout')")
            _warn_of_no_limit(*cursor.fetchone())
        return {"cache": _state_of_cache(), "replicas": _states_of_replicas()}


@cache
def _warn_of_no_limit(statement_timeout: str) -> None:
    """Once in a process: what a pool does not pass on, the role has to have."""
    if settings.DATABASES[DEFAULT_DB_ALIAS]["DISABLE_SERVER_SIDE_CURSORS"] and statement_timeout == "0":
        logger.warning(
            "No statement is ever ended: the database has no statement_timeout for this role. See docs/scaling.md."
        )


def _states_of_replicas() -> dict[str, str]:
    names = replicas.aliases()
    if not names:
        return {}
    position = Generation.objects.current
    wanted = position()
    return {
        each: "away" if replicas.is_left_alone(each) else replicas.state_of(each, wanted=wanted, position=position)
        for each in names
    }


def _state_of_cache() -> str:
    if not caches.is_enabled():
        return "off"
    try:
        answers.get("ready")
    except Exception as error:
        logger.warning("The cache is away (%s)", type(error).__name__)
        return "away"
    return "ok"
