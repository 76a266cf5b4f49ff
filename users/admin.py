from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as BaseUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm

from users.models import User


class UserCreationForm(AdminUserCreationForm):
    """Django's form, with the e-mail address that every account has."""

    class Meta(AdminUserCreationForm.Meta):
        model = User
        fields = ("username", "email")


@admin.register(User)
class UserAdmin(BaseUserAdmin):
    """Accounts, their groups and permissions."""

    add_form = UserCreationForm
    list_display = ["username", "email", "is_active", "is_staff", "date_joined"]
    list_filter = ["is_staff", "is_superuser", "is_active", "groups"]
    search_fields = ["username", "email"]
    readonly_fields = ["last_login", "date_joined"]
    fieldsets: ClassVar[Any] = [
        (None, {"fields": ["username", "email", "password"]}),
        ("Permissions", {"fields": ["is_active", "is_staff", "is_superuser", "groups", "user_permissions"]}),
        ("Dates", {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets: Any = [(None, {"fields": ["username", "email", "usable_password", "password1", "password2"]})]
