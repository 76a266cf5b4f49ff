from typing import Any, ClassVar

from axes import admin as axes
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import admin as auth
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm, UsernameField
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from rest_framework_simplejwt.token_blacklist import admin as _token_admin  # noqa: F401 - registers what is unregistered below
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken

from ecommerce_backend.api.admin import SEEN, OptimisticLockAdmin, OptimisticLockForm, PlainLookupsMixin
from users.managers import UserManager
from users.models import LOGIN_NAME_MAX_LENGTH, User

# Which refresh tokens there are is the tokens' own business: their rows show nothing, and changing one ends logins.
admin.site.unregister([BlacklistedToken, OutstandingToken])


class LoginForm(AdminAuthenticationForm):
    """Django's form, with room for an e-mail address and for nothing longer."""

    username = UsernameField(label="User name or e-mail address", max_length=LOGIN_NAME_MAX_LENGTH)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Django takes the length of the column, which holds the user name alone.
        self.fields["username"].widget.attrs |= {"maxlength": LOGIN_NAME_MAX_LENGTH, "autofocus": True}


admin.site.login_form = LoginForm


class NormalizedNamesMixin:
    """Name and address in the form in which they are stored, before they are checked."""

    cleaned_data: dict[str, Any]

    def clean_username(self) -> str:
        """The name, ASCII in lower case."""
        return User.normalize_username(self.cleaned_data["username"])

    def clean_email(self) -> str:
        """The address, ASCII in lower case."""
        return UserManager.normalize_email(self.cleaned_data["email"])


class UserCreationForm(NormalizedNamesMixin, AdminUserCreationForm):
    """Django's form, with the e-mail address that every account has."""

    class Meta(AdminUserCreationForm.Meta):
        model = User
        fields = ("username", "email")


class UserForm(NormalizedNamesMixin, OptimisticLockForm, UserChangeForm):
    """Django's form, which does not undo what somebody else has changed meanwhile."""


@admin.register(User)
class UserAdmin(OptimisticLockAdmin, auth.UserAdmin):
    """Accounts, their groups and permissions."""

    form = UserForm
    add_form = UserCreationForm
    list_display = ["username", "email", "is_active", "is_staff", "date_joined"]
    list_filter = ["is_staff", "is_superuser", "is_active", "groups"]
    plain_lookups = frozenset(
        {"is_staff__exact", "is_superuser__exact", "is_active__exact", "groups__id__exact", "groups__isnull"}
    )
    search_fields = ["username", "email"]
    readonly_fields = ["last_login", "date_joined"]
    fieldsets: ClassVar[Any] = [
        (None, {"fields": ["username", "email", "password"]}),
        ("Permissions", {"fields": ["is_active", "is_staff", "is_superuser", "groups", "user_permissions"]}),
        ("Dates", {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets: Any = [(None, {"fields": ["username", "email", "usable_password", "password1", "password2"]})]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """With what the form was opened with, where something is changed."""
        *others, (title, last) = super().get_fieldsets(request, obj)
        seen = [SEEN] if self.changes_row(request, obj) else []
        return [*others, (title, {**last, "fields": [*last["fields"], *seen]})]

    @transaction.atomic
    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        """Django's page; the row is locked while it is written."""
        return super().user_change_password(request, id, form_url)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Delete each by itself: see `User.delete`."""
        for user in queryset:
            user.delete()


# Pages of other packages, which take any lookup, and dates that no calendar has.
admin.site.unregister([AccessAttempt, AccessFailureLog, AccessLog, Group])


@admin.register(Group)
class GroupAdmin(OptimisticLockAdmin, auth.GroupAdmin):
    """Groups and their permissions."""


@admin.register(AccessAttempt)
class AccessAttemptAdmin(PlainLookupsMixin, axes.AccessAttemptAdmin):
    """Failures at the admin's door; deleting one lets its account in again."""

    plain_lookups = frozenset({"locked_out"})
    list_filter = [axes.IsLockedOutFilter]
    date_hierarchy = None


@admin.register(AccessLog)
class AccessLogAdmin(PlainLookupsMixin, axes.AccessLogAdmin):
    """Who came in by the admin's door."""

    list_filter: ClassVar[Any] = []
    date_hierarchy = None


@admin.register(AccessFailureLog)
class AccessFailureLogAdmin(PlainLookupsMixin, axes.AccessFailureLogAdmin):
    """Who did not; kept when AXES_ENABLE_ACCESS_FAILURE_LOG is on."""

    list_filter: ClassVar[Any] = []
    date_hierarchy = None
