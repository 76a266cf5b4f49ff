"""When something was changed."""

from datetime import timedelta
from typing import Any

from django.db import models

TICK = timedelta(microseconds=1)  # as exactly as PostgreSQL keeps a moment


class ChangeMomentField(models.DateTimeField):
    """Django's `auto_now`, which never goes back: the clock of another host may be ahead of this one's.

    Who follows changes by this field would miss what was changed before what they have seen.
    """

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """The moment that is written: now, or just after the last change."""
        before = getattr(model_instance, self.attname)
        moment = super().pre_save(model_instance, add)
        if not add and before is not None and moment <= before:
            moment = before + TICK
            setattr(model_instance, self.attname, moment)
        return moment
