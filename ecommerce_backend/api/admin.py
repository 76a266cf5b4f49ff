"""The audit log in the admin, and what every page of the admin has in common."""

from typing import Any

import auditlog.admin  # noqa: F401 - registers its own page, which is replaced here
from auditlog.mixins import LogEntryAdminMixin
from auditlog.models import LogEntry
from django import forms
from django.contrib import admin
from django.core.exceptions import SuspiciousOperation
from django.db import transaction
from django.db.models import Model
from django.forms.models import model_to_dict
from django.http import HttpRequest

from ecommerce_backend.api.audit import ACTOR_ID, ACTOR_USERNAME
from ecommerce_backend.api.conditional import entity_tag

SEEN = "seen"  # the field of a form that has the tag of what it was opened with
QUERY_AT_MOST = 2_000  # characters
STALE = "This has been changed since you opened it. Open it again, and make your change there."


class PlainLookupsMixin:
    """Takes the filters that the page offers and no others: Django also takes any lookup that somebody types into the
    address, and fails on values that do not fit it."""

    plain_lookups: frozenset[str] = frozenset()

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Whether the page offers this filter."""
        return lookup in self.plain_lookups

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """The list. Raises: SuspiciousOperation for a query so long that no page makes it: each link repeats it."""
        if len(request.META.get("QUERY_STRING", "")) > QUERY_AT_MOST:
            raise SuspiciousOperation("The query is too long.")
        return super().changelist_view(request, extra_context)  # type: ignore[misc]


class OptimisticLockForm(forms.ModelForm):
    """Does not undo what somebody else has written since the form was opened."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            row = model_to_dict(self.instance, [name for name, field in self.fields.items() if not field.disabled])
            self.initial[SEEN] = entity_tag({name: _comparable(value) for name, value in row.items()})

    def clean(self) -> dict[str, Any]:
        """Raises: ValidationError when the form was opened with something else than is there now."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if values.get(SEEN, "") != self.initial.get(SEEN, ""):
            raise forms.ValidationError(STALE, code="stale")
        return values


def _comparable(value: Any) -> Any:
    return sorted(each.pk for each in value) if isinstance(value, list) else str(value)  # rows come in any order


class OptimisticLockAdmin(PlainLookupsMixin, admin.ModelAdmin):
    """Changes rows by an OptimisticLockForm, which looks whether they are as it was opened; they are locked before."""

    form = OptimisticLockForm

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The row; locked when it is about to be written. None when there is none. Cost: one query more for a write."""
        found = super().get_object(request, object_id, from_field)
        # Django's pages that write are a transaction; that of the history is none, and may be posted to.
        if found is None or request.method != "POST" or not transaction.get_connection().in_atomic_block:
            return found
        try:
            found.refresh_from_db(from_queryset=self.model._base_manager.select_for_update(no_key=True))
        except self.model.DoesNotExist:
            return None
        return found

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """Without what the form was opened with, where nothing is changed."""
        names = super().get_fields(request, obj)
        return names if self.changes_row(request, obj) else [name for name in names if name != SEEN]

    def changes_row(self, request: HttpRequest, obj: Model | None) -> bool:
        """Whether the page changes a row, and does not make one or only show it."""
        return obj is not None and self.has_change_permission(request, obj)


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
