from datetime import timedelta
from io import StringIO

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.utils import timezone
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken

from ecommerce_backend.api.models import IdempotencyKey, RateCounter
from tests.factories import UserFactory
from users.models import TokenFamily
from users.services import delete_expired_tokens
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
    for moment in (timezone.now(), timezone.now() - timedelta(days=2)):
        RateCounter.objects.create(key=str(moment), hits=1, resets_at=moment + timedelta(minutes=1))
        of_name = {"key": str(moment), "fingerprint": "", "status": 201, "headers": {}, "body": ""}
        IdempotencyKey.objects.create(**of_name, created_at=moment)
        attempt = AccessAttempt.objects.create(username="nora", failures_since_start=1)
        AccessAttempt.objects.filter(pk=attempt.pk).update(attempt_time=moment)
    out = StringIO()
    call_command("flush_expired", stdout=out)
    assert out.getvalue().startswith("1 expired logins deleted")
    assert (TokenFamily.objects.count(), OutstandingToken.objects.count(), Session.objects.count()) == (1, 1, 0)
    assert BlacklistedToken.objects.count() == 0
    assert [model.objects.count() for model in (RateCounter, IdempotencyKey, AccessAttempt)] == [1, 1, 1]
    assert RateCounter.objects.get().resets_at > timezone.now()
    assert IdempotencyKey.objects.get().created_at > yesterday
    assert AccessAttempt.objects.get().attempt_time > yesterday


@pytest.mark.django_db
def test_tokens_are_deleted_where_they_are_however_many(django_assert_num_queries):
    user = UserFactory()
    for _ in range(3):
        RefreshToken.for_user(user).spend()
    OutstandingToken.objects.update(expires_at=timezone.now() - timedelta(days=1))
    # 1. a savepoint  2. no limit on its time  3. the spent ones  4. all  5. the savepoint's release
    with django_assert_num_queries(5):
        delete_expired_tokens()
    assert (OutstandingToken.objects.count(), BlacklistedToken.objects.count()) == (0, 0)
