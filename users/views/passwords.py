"""Passwords over HTTP: to change one that is known, or one that is forgotten."""

from typing import ClassVar

from rest_framework import generics, status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from ecommerce_backend.api.views import MethodFirstMixin
from users.serializers import PasswordChangeSerializer, PasswordResetConfirmSerializer, PasswordResetSerializer
from users.throttling import CurrentPasswordThrottle, PasswordResetThrottle


class ActionView(MethodFirstMixin, generics.GenericAPIView):
    """A POST that does what its serializer's `save` does, and has nothing to show for it."""

    schema_tag = "Accounts"
    schema_statuses: ClassVar[dict[str, int]] = {"POST": status.HTTP_204_NO_CONTENT}

    def post(self, request: Request) -> Response:
        """The documented status. Raises: ValidationError; then nothing has changed."""
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        serializer.save()
        code = self.schema_statuses["POST"]
        return Response(None if code == status.HTTP_204_NO_CONTENT else {}, status=code)


class PasswordView(ActionView):
    """Change your password. Every login ends, this one included: log in again."""

    serializer_class = PasswordChangeSerializer
    throttle_classes = (CurrentPasswordThrottle,)


class PasswordResetView(ActionView):
    """Ask for a mail that lets you set a new password. The answer is the same whether the address is known or not."""

    serializer_class = PasswordResetSerializer
    throttle_classes = (PasswordResetThrottle,)
    authentication_classes = ()
    permission_classes = (AllowAny,)
    schema_statuses = {"POST": status.HTTP_202_ACCEPTED}


class PasswordResetConfirmView(ActionView):
    """Set a new password with what the mail brought. Every login ends."""

    serializer_class = PasswordResetConfirmSerializer
    throttle_classes = (PasswordResetThrottle,)
    authentication_classes = ()
    permission_classes = (AllowAny,)
