"""Probes for whoever runs the process: is it alive, can it serve?"""

from django.db import connection
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView


class HealthSerializer(serializers.Serializer):
    """The answer of a probe that went well."""

    status = serializers.ChoiceField(choices=["ok"])


class Probe(APIView):
    """What both probes share: anybody may ask, and nothing is looked up about who does."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = ()
    schema_tag = "Health"

    def get_serializer(self) -> HealthSerializer:
        """The shape of the answer, for the document."""
        return HealthSerializer()

    def get(self, request: Request) -> Response:
        """200 when the probe succeeds."""
        self.check()
        response = Response(HealthSerializer({"status": "ok"}).data)
        response["Cache-Control"] = "no-store"
        return response

    def check(self) -> None:
        """Raises: whatever is wrong."""


class LiveView(Probe):
    """Whether the process answers at all. Looks at nothing else: restarting it cures nothing that is outside it."""


class ReadyView(Probe):
    """Whether the process can serve: the database answers. 503 when it does not."""

    def check(self) -> None:
        """Raises: OperationalError when the database is away. Cost: one query."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
