"""Logins over HTTP: tokens to get, to spend and to give up."""

import logging
from typing import Any, NoReturn

from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework_simplejwt import views as jwt
from rest_framework_simplejwt.exceptions import InvalidToken

from ecommerce_backend.api.views import MethodFirstMixin
from users.serializers import LoginSerializer, LogoutSerializer, RefreshSerializer
from users.serializers.logins import WRONG_LOGIN
from users.throttling import LoginAccountThrottle, LoginAddressThrottle, RefreshThrottle

security = logging.getLogger("security")


@method_decorator(never_cache, name="dispatch")
class LoginView(MethodFirstMixin, jwt.TokenObtainPairView):
    """Log in with the user name or the e-mail address. Answers an access token, and a refresh token for more."""

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


class RefreshTokenMixin(MethodFirstMixin):
    """Takes a refresh token; one that is no good is 401."""

    throttle_classes = (RefreshThrottle,)
    schema_tag = "Accounts"
    schema_problems = {("POST", "401"): InvalidToken()}
    schema_statuses = {"POST": 200}
    schema_errors = {"POST": [401]}


@method_decorator(never_cache, name="dispatch")
class RefreshView(RefreshTokenMixin, jwt.TokenRefreshView):
    """Spend a refresh token for a new pair of tokens. The old one does not work again."""

    serializer_class = RefreshSerializer


@method_decorator(never_cache, name="dispatch")
class LogoutView(RefreshTokenMixin, jwt.TokenBlacklistView):
    """Log out. Every token that descends from the same login stops working at once."""

    serializer_class = LogoutSerializer
