"""Accounts over HTTP."""

import logging
from typing import Any, ClassVar, NoReturn

from django.db.models import QuerySet
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from rest_framework import generics, status
from rest_framework.exceptions import AuthenticationFailed, NotFound
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework_simplejwt import views as jwt
from rest_framework_simplejwt.exceptions import InvalidToken

from ecommerce_backend.api.idempotency import IdempotentCreateMixin
from ecommerce_backend.api.throttling import UserThrottle
from ecommerce_backend.api.views import MethodFirstMixin
from users.models import User
from users.serializers import (
    CurrentPasswordSerializer,
    LoginSerializer,
    LogoutSerializer,
    MeSerializer,
    PasswordChangeSerializer,
    PasswordResetConfirmSerializer,
    PasswordResetSerializer,
    RefreshSerializer,
    RegistrationSerializer,
)
from users.serializers.logins import WRONG_LOGIN
from users.throttling import (
    CurrentPasswordThrottle,
    LoginAccountThrottle,
    LoginAddressThrottle,
    PasswordResetThrottle,
    RefreshThrottle,
    RegisterThrottle,
)

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


@method_decorator(never_cache, name="dispatch")
class LoginView(MethodFirstMixin, jwt.TokenObtainPairView):
    """Log in with the user name or the e-mail address. Answers an access token, for 15 minutes, and a refresh token."""

    serializer_class = LoginSerializer
    throttle_classes = (LoginAddressThrottle, LoginAccountThrottle)  # in this order: the second asks the first
    schema_tag = "Accounts"
    schema_statuses = {"POST": 200}
    schema_errors = {"POST": [401]}
    schema_problems = {("POST", "401"): AuthenticationFailed(WRONG_LOGIN)}

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """200 with both tokens. Raises: AuthenticationFailed, the one outcome that counts against the account."""
        account = getattr(request._request, "login_account", "")
        try:
            response = super().post(request, *args, **kwargs)
        except AuthenticationFailed:
            security.warning("login_failed account=%s", account)
            raise
        except Exception:
            LoginAccountThrottle.take_back(request)
            raise
        LoginAccountThrottle.take_back(request)
        security.info("login_ok account=%s", account)
        return response

    def throttled(self, request: Request, wait: float) -> NoReturn:
        """Raises: Throttled, once it is in the log."""
        security.warning("login_throttled account=%s", getattr(request._request, "login_account", ""))
        super().throttled(request, wait)


@method_decorator(never_cache, name="dispatch")
class RefreshView(MethodFirstMixin, jwt.TokenRefreshView):
    """Spend a refresh token for a new pair of tokens. The old one does not work again."""

    serializer_class = RefreshSerializer
    throttle_classes = (RefreshThrottle,)
    schema_tag = "Accounts"
    schema_problems = {("POST", "401"): InvalidToken()}
    schema_statuses = {"POST": 200}
    schema_errors = {"POST": [401]}


@method_decorator(never_cache, name="dispatch")
class LogoutView(MethodFirstMixin, jwt.TokenBlacklistView):
    """Log out. Every token that descends from the same login stops working at once."""

    serializer_class = LogoutSerializer
    throttle_classes = (RefreshThrottle,)
    schema_tag = "Accounts"
    schema_problems = {("POST", "401"): InvalidToken()}
    schema_statuses = {"POST": 200}
    schema_errors = {"POST": [401]}


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

    def get_object(self) -> User:
        """Whoever asks."""
        assert isinstance(self.request.user, User)
        return self.request.user

    def get_queryset(self) -> QuerySet[User]:
        """All users; the generic view wants one."""
        return User.objects.all()

    def perform_update(self, serializer: BaseSerializer) -> None:
        """Change it. Raises: InvalidToken when it has been deleted meanwhile."""
        try:
            super().perform_update(serializer)
        except NotFound:
            raise InvalidToken from None

    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """204. Raises: ValidationError for a wrong `current_password`; InvalidToken when the account has gone."""
        serializer = CurrentPasswordSerializer(data=request.data, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        if not self.get_object().delete()[0]:
            raise InvalidToken
        return Response(status=status.HTTP_204_NO_CONTENT)
