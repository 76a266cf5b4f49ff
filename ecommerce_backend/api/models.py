"""What the policy keeps in the database."""

from django.db import models


class RateCounter(models.Model):
    """How often somebody did something since their window began. The table is not logged: a crash may empty it."""

    key = models.CharField(max_length=64, primary_key=True, help_text="A hash of what is counted, and for whom.")
    hits = models.PositiveIntegerField()
    resets_at = models.DateTimeField()

    class Meta:
        indexes = [
            # What `flush_expired` deletes.
            models.Index(fields=["resets_at"], name="rate_counter_resets_at"),
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.hits}"


class IdempotencyKey(models.Model):
    """The first answer to a POST that may be sent again."""

    key = models.CharField(max_length=64, primary_key=True, help_text="A hash of the caller and the key it sent.")
    fingerprint = models.CharField(max_length=64, help_text="A keyed hash of path and body.")
    created_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField()
    body = models.TextField(help_text="As it was sent: jsonb would put its keys in another order.")

    class Meta:
        indexes = [
            # What `flush_expired` deletes.
            models.Index(fields=["created_at"], name="idempotency_key_created_at"),
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.status}"
