from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.utils import timezone
from rest_framework_simplejwt.token_blacklist.models import OutstandingToken

from tests.factories import UserFactory
from users.models import TokenFamily
from users.tokens import RefreshToken


@pytest.mark.django_db
def test_what_has_expired_is_deleted_and_nothing_else():
    user = UserFactory()
    RefreshToken.for_user(user).spend()
    yesterday = timezone.now() - timedelta(days=1)
    TokenFamily.objects.update(expires_at=yesterday)
    OutstandingToken.objects.update(expires_at=yesterday)
    Session.objects.create(session_key="old", expire_date=yesterday)
    RefreshToken.for_user(user)
    out = StringIO()
    call_command("flush_expired", stdout=out)
    assert out.getvalue().startswith("1 expired logins deleted")
    assert (TokenFamily.objects.count(), OutstandingToken.objects.count(), Session.objects.count()) == (1, 1, 0)
