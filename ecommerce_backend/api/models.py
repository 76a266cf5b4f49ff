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
