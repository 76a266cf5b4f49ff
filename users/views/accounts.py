"""Accounts over HTTP: registering, reading, changing and deleting oneself."""

import logging
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.cache import patch_cache_control
from rest_framework import generics, status
from rest_framework.permissions import SAFE_METHODS, AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework_simplejwt.exceptions import InvalidToken

from ecommerce_backend.api.conditional import check_preconditions, entity_tag, is_known, tagged
from ecommerce_backend.api.idempotency import IdempotentCreateMixin
from ecommerce_backend.api.throttling import UserThrottle
from ecommerce_backend.api.views import MethodFirstMixin
from users.models import User
from users.serializers import CurrentPasswordSerializer, MeSerializer, RegistrationSerializer
from users.throttling import CurrentPasswordThrottle, RegisterThrottle

security = logging.getLogger("security")


class RegisterView(MethodFirstMixin, IdempotentCreateMixin, generics.CreateAPIView):
    """Make an account. It logs in at `/api/token/` and may read everything; to write takes an administrator's leave."""

    serializer_class = RegistrationSerializer
    throttle_classes = (RegisterThrottle,)
    authentication_classes = ()
    permission_classes = (AllowAny,)
    schema_tag = "Accounts"
    schema_errors = {"POST": [409]}

    def perform_create(self, serializer: BaseSerializer) -> None:
        """Make the account, and say so in the log."""
        super().perform_create(serializer)
        security.info("registration account=%s", serializer.data["id"])

    def get_success_headers(self, data: Any) -> dict[str, str]:
        """Where the new user finds itself, once logged in."""
        return {"Location": self.request.build_absolute_uri("/api/users/me/")}


class MeView(MethodFirstMixin, generics.RetrieveUpdateDestroyAPIView):
    """Your own account.

    get: Read your own account.
    patch: Change your user name or e-mail address.
    delete: Delete your own account, for good. Takes your current password.
    """

    serializer_class = MeSerializer
    throttle_classes = (UserThrottle, CurrentPasswordThrottle)
    http_method_names = ["get", "head", "patch", "delete", "options"]
    schema_tag = "Accounts"
    schema_bodies = {"DELETE": CurrentPasswordSerializer}
    schema_errors = {"PATCH": [409]}
    schema_has_tags = True

    def get_object(self) -> User:
        """Whoever asks; locked, and what the client expects it to be, when it is about to be written.

        Raises: InvalidToken when the account has gone meanwhile, or got another password; PreconditionFailed.
        """
        user = self.request.user
        assert isinstance(user, User)
        if self.request.method in SAFE_METHODS:
            return user
        found = self.get_queryset().select_for_update(no_key=True).filter(pk=user.pk).first()
        if found is None or not found.is_active or found.password != user.password:
            raise InvalidToken
        check_preconditions(self.request, entity_tag(self.get_serializer(found).data))
        return found

    def get_queryset(self) -> QuerySet[User]:
        """All users."""
        return User.objects.all()

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Oneself with the ETag, which is good for If-Match, or 304 without a body."""
        response = tagged(super().retrieve(request, *args, **kwargs))
        if is_known(request, response["ETag"]):
            response = Response(status=status.HTTP_304_NOT_MODIFIED, headers={"ETag": response["ETag"]})
        patch_cache_control(response, private=True, no_cache=True)
        return response

    def update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """200 with oneself and the new ETag. Raises: PreconditionFailed; InvalidToken when the account has gone."""
        with transaction.atomic():
            return tagged(super().update(request, *args, **kwargs))

    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """204. Raises: ValidationError for a wrong `current_password`; PreconditionFailed; InvalidToken as above."""
        serializer = CurrentPasswordSerializer(data=request.data, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        with transaction.atomic():
            self.get_object().delete()
        return Response(status=status.HTTP_204_NO_CONTENT)
