"""Who writes, for the audit log."""

from contextlib import AbstractContextManager
from typing import Any

from auditlog.context import set_extra_data

ACTOR_ID, ACTOR_USERNAME = "actor_id", "actor_username"


def acting(user: Any, address: str | None) -> AbstractContextManager[None]:
    """What is written in this block is on record as the doing of `user`.

    Id and name of the account are kept as text as well: the entry outlives the account that it points to.
    """
    kept = {ACTOR_ID: str(user.pk), ACTOR_USERNAME: user.get_username()} if user.is_authenticated else None
    return set_extra_data({"actor": user, "remote_addr": address, "additional_data": kept})
