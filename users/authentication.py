"""Who is asking: the bearer token of a request."""

from typing import Any
from uuid import UUID

from rest_framework import exceptions
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework_simplejwt.authentication import JWTAuthentication
from rest_framework_simplejwt.exceptions import AuthenticationFailed, InvalidToken
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.tokens import Token

from users.models import User
from users.tokens import FAMILY_CLAIM, STRANGE_CLAIMS


class BearerAuthentication(JWTAuthentication):
    """simplejwt's, with the scheme in any case, and without letting a broken token break a public page."""

    def authenticate(self, request: Request) -> tuple[Any, Token] | None:
        """User and token; None without a token, or with a broken one on a read. Cost: one query.

        Raises: InvalidToken for a broken token on a write.
        """
        try:
            return super().authenticate(request)
        except (InvalidToken, AuthenticationFailed, *STRANGE_CLAIMS) as error:
            invalid = error if isinstance(error, exceptions.APIException) else InvalidToken()
            if request.method not in SAFE_METHODS:
                raise invalid from error
            # Read on as anonymous. Where that is not enough, the handler of errors gives this reason.
            request._request.ignored_token_error = invalid  # type: ignore[attr-defined]
            return None

    def get_raw_token(self, header: bytes) -> bytes | None:
        """The token behind `Bearer`, in any case; None for another scheme. Raises: InvalidToken when malformed."""
        scheme, *rest = header.split() or [b""]
        if scheme.lower() != b"bearer":
            return None
        if len(rest) != 1:
            raise InvalidToken("The Authorization header must be 'Bearer' and one token.")
        return rest[0]

    def get_user(self, validated_token: Token) -> Any:
        """The active user that the token names, while its login lasts. Cost: one query.

        Raises: InvalidToken; whether the user exists is not said.
        """
        try:
            pk, family = (UUID(str(validated_token[claim])) for claim in (api_settings.USER_ID_CLAIM, FAMILY_CLAIM))
        except STRANGE_CLAIMS:
            raise InvalidToken() from None
        user = User.objects.with_login(pk, family)
        if user is None:
            raise InvalidToken()
        return user
