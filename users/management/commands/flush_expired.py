from typing import Any

from axes.models import AccessAttempt
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone

from ecommerce_backend.api.idempotency import LIFETIME
from ecommerce_backend.api.models import IdempotencyKey, RateCounter
from users.models import TokenFamily
from users.services import delete_expired_tokens


class Command(BaseCommand):
    help = "Delete logins, tokens, sessions and counters that have expired. Run it once a day."

    def handle(self, *args: Any, **options: Any) -> None:
        families, _ = TokenFamily.objects.filter(expires_at__lt=timezone.now()).delete()
        RateCounter.objects.filter(resets_at__lt=timezone.now()).delete()
        IdempotencyKey.objects.filter(created_at__lt=timezone.now() - LIFETIME).delete()
        AccessAttempt.objects.filter(attempt_time__lt=timezone.now() - settings.AXES_COOLOFF_TIME).delete()
        delete_expired_tokens()
        call_command("clearsessions")
        self.stdout.write(f"{families:,} expired logins deleted, with their tokens, and the expired sessions.")
