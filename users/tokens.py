"""Tokens: simplejwt's, tied to the login that they descend from, so that they can end before they expire.

A login makes a `TokenFamily`. Every token of it names it in the claim `family`, and is good while its row is there:
logging out, a new password, and a refresh token that is used twice delete the row; deleting the user does, too.
Which refresh tokens have been spent is kept by simplejwt's blacklist app.
"""

import logging
from datetime import timedelta
from functools import cache
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from rest_framework_simplejwt import tokens as jwt
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.exceptions import TokenBackendError, TokenError
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.state import token_backend
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken
from rest_framework_simplejwt.utils import datetime_from_epoch

from users.models import TokenFamily, User

security = logging.getLogger("security")

FAMILY_CLAIM = "family"
# Two tabs that wake up together spend the same refresh token; what comes later than this is a thief, or the victim.
REUSE_GRACE = timedelta(seconds=10)
# What a signed but strange payload makes Python, simplejwt and the database raise: an id that is no uuid, a time out of
# range, a claim that is missing or of another type.
STRANGE_CLAIMS = (ValidationError, ValueError, TypeError, KeyError, OverflowError, OSError)


class RotatingBackend(TokenBackend):
    """Also accepts what was signed with the key before this one, until that is expired."""

    def decode(self, token: Any, verify: bool = True) -> dict[str, Any]:
        """The claims. Raises: TokenBackendError."""
        try:
            return token_backend.decode(token, verify=verify)
        except TokenBackendError:
            return super().decode(token, verify=verify)


@cache
def previous_backend(key: str) -> RotatingBackend:
    """The backend that knows `key` as the one before."""
    return RotatingBackend(
        api_settings.ALGORITHM,
        key,
        audience=api_settings.AUDIENCE,
        issuer=api_settings.ISSUER,
        leeway=api_settings.LEEWAY,
    )


class FamilyToken(jwt.Token):
    """What access and refresh tokens share."""

    def get_token_backend(self) -> TokenBackend:
        """The backend that signs with today's key, or one that also reads yesterday's."""
        previous = settings.JWT_PREVIOUS_SIGNING_KEY
        if previous and getattr(self, "token", None) is not None:
            return previous_backend(previous)
        return super().get_token_backend()

    def verify(self) -> None:
        """Raises: TokenError, also for claims that only a forger or a defect would make."""
        try:
            super().verify()
        except STRANGE_CLAIMS as error:
            raise TokenError("Token is invalid") from error


class AccessToken(FamilyToken, jwt.AccessToken):
    """Proves who is asking, for a quarter of an hour, unless its login has ended."""


class RefreshToken(FamilyToken, jwt.RefreshToken):
    """Good for one new pair of tokens."""

    access_token_class = AccessToken

    def check_blacklist(self) -> None:
        """Nothing yet: whether a spent token is forgiven depends on when it was spent. See `spend`."""

    @classmethod
    def for_user(cls, user: Any) -> Self:
        """The first token of a new login.

        Raises: TokenError when the account has been deleted or deactivated, or has got another password, since `user`
        was read. Cost: two INSERTs, and a lock on the user's row.
        """
        with transaction.atomic():
            current = User.objects.select_for_update(no_key=True).filter(pk=user.pk, is_active=True).first()
            # Compared here, not in SQL: PostgreSQL writes statements to its log, and a hash has no business there.
            if current is None or current.password != user.password:
                raise TokenError("The account has changed meanwhile")
            return cls._of(TokenFamily.objects.create(user=user, expires_at=timezone.now() + cls.lifetime))

    @classmethod
    def _of(cls, family: TokenFamily) -> Self:
        token = cls()
        token[api_settings.USER_ID_CLAIM] = str(family.user_id)
        token[FAMILY_CLAIM] = str(family.pk)
        OutstandingToken.objects.create(
            user_id=family.user_id,
            jti=token[api_settings.JTI_CLAIM],
            token="",  # the token itself is worth a login; whoever reads this table should not get any
            created_at=token.current_time,
            expires_at=datetime_from_epoch(token["exp"]),
        )
        return token

    def spend(self) -> Self:
        """The next token of this login. The first use spends this one; a second within ten seconds is forgiven.

        Raises: TokenError when the login has ended, or ends now, because the token was used again after that.
        Cost: six queries, five for a use that is forgiven, and a lock on the login's row, so that parallel uses come
        one after the other.
        """
        with transaction.atomic():
            family = self._family_for_update()
            outstanding = self._outstanding(family)
            spent, first = BlacklistedToken.objects.get_or_create(token=outstanding)
            reused = not first and spent.blacklisted_at < timezone.now() - REUSE_GRACE
            if not reused:
                successor = self._of(family)
                family.expires_at = datetime_from_epoch(successor["exp"])
                family.save(update_fields=["expires_at"])
                return successor
            family.delete()
        security.warning("refresh_reuse_detected user=%s family=%s", family.user_id, self[FAMILY_CLAIM])
        raise TokenError("Token has been used before")

    def _outstanding(self, family: TokenFamily) -> OutstandingToken:
        """The record of this token. Raises: TokenError when there is none, though it is signed: it was never given."""
        try:
            return OutstandingToken.objects.get(jti=self[api_settings.JTI_CLAIM], user_id=family.user_id)
        except (OutstandingToken.DoesNotExist, *STRANGE_CLAIMS):
            raise TokenError("Token is invalid") from None

    def end_login(self) -> None:
        """End every token of this login. Raises: TokenError when it has ended already. Cost: two queries."""
        with transaction.atomic():
            self._family_for_update().delete()

    def _family_for_update(self) -> TokenFamily:
        try:
            return (
                TokenFamily.objects.select_for_update(of=("self",))
                .select_related("user")
                .get(pk=self[FAMILY_CLAIM], user=self[api_settings.USER_ID_CLAIM], user__is_active=True)
            )
        except (TokenFamily.DoesNotExist, *STRANGE_CLAIMS):
            raise TokenError("Token is invalid or its login has ended") from None
