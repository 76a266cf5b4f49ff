"""The audit log in the admin, and what every page of the admin has in common."""

from typing import Any

import auditlog.admin  # noqa: F401 - registers its own page, which is replaced here
from auditlog.mixins import LogEntryAdminMixin
from auditlog.models import LogEntry
from django.contrib import admin
from django.http import HttpRequest

from ecommerce_backend.api.audit import ACTOR_ID, ACTOR_USERNAME


class PlainLookupsMixin:
    """Takes the filters that the page offers and no others: Django also takes any lookup that somebody types into the
    address, and fails on values that do not fit it."""

    plain_lookups: frozenset[str] = frozenset()

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Whether the page offers this filter."""
        return lookup in self.plain_lookups


admin.site.unregister(LogEntry)


@admin.register(LogEntry)
class AuditAdmin(PlainLookupsMixin, LogEntryAdminMixin, admin.ModelAdmin):
    """Who changed what. To be read, and not to be changed by anybody."""

    plain_lookups = frozenset({"action__exact", "content_type__id__exact"})
    list_display = ["created", "resource_url", "action", "msg_short", "writer", "cid"]
    list_filter = ["action", ("content_type", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["content_type", "actor"]
    search_fields = [
        "object_repr",
        "object_pk",
        "cid",
        "actor__username",
        "actor_email",
        f"additional_data__{ACTOR_USERNAME}",
    ]
    search_help_text = "What was changed, by whom, or in which request"
    show_full_result_count = False  # a second count of the whole table
    fields = ("created", "writer", "remote_addr", "cid", "resource_url", "action", "msg")
    readonly_fields = fields

    @admin.display(description="User")
    def writer(self, entry: Any) -> str:
        """The account, or what is kept of it when it has gone."""
        kept = entry.additional_data or {}
        if entry.actor_id is None and kept:
            return f"{kept[ACTOR_USERNAME]} ({kept[ACTOR_ID]}, deleted)"
        return str(self.user_url(entry))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False
