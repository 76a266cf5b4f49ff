"""The shapes of accounts: registering, reading and changing oneself."""

from typing import Any, ClassVar

from django.db import models

from ecommerce_backend.api.serializers import ModelSerializer
from users.models import User
from users.serializers.fields import PASSWORD_HELP, EmailField, PasswordField, UsernameField, check_password_strength


class UserSerializer(ModelSerializer):
    """A user, as the answer to registering shows it."""

    schema_examples: ClassVar[dict[str, Any]] = {
        "id": "019a8c20-51aa-7d09-b3c7-0e9f4d8a2c61",
        "username": "nora",
        "email": "nora@example.com",
        "date_joined": "2026-03-02T09:30:00Z",
    }

    class Meta:
        model = User
        fields = ["id", "username", "email", "date_joined"]
        read_only_fields = ["id", "date_joined"]
        extra_kwargs = {
            "id": {"help_text": "A UUID of version 7, made by the server."},
            "date_joined": {"help_text": "When the account was made; ISO 8601, UTC."},
            "username": {"help_text": User._meta.get_field("username").help_text},
            "email": {"help_text": "Unique without regard to case."},
        }

    serializer_field_mapping = ModelSerializer.serializer_field_mapping | {
        models.CharField: UsernameField,
        models.EmailField: EmailField,
    }


class MeSerializer(UserSerializer):
    """Oneself."""

    schema_examples = UserSerializer.schema_examples | {"is_staff": False}

    class Meta(UserSerializer.Meta):
        fields = [*UserSerializer.Meta.fields, "is_staff"]
        read_only_fields = [*UserSerializer.Meta.read_only_fields, "is_staff"]
        extra_kwargs = UserSerializer.Meta.extra_kwargs | {"is_staff": {"help_text": "Whether the admin lets you in."}}


class RegistrationSerializer(UserSerializer):
    """Who wants an account. Anything but name, address and password changes nothing."""

    password = PasswordField(help_text=PASSWORD_HELP)

    schema_examples = UserSerializer.schema_examples | {"password": "correct horse 9"}
    response_serializer_class = UserSerializer

    class Meta(UserSerializer.Meta):
        fields = [*UserSerializer.Meta.fields, "password"]
        swagger_schema_fields = {"additionalProperties": True}

    def _unknown_fields(self, data: Any) -> dict[str, Any]:
        return {}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Raises: ValidationError when name or address is taken, or Django's validators refuse the password."""
        password = attrs.pop("password")
        attrs = super().validate(attrs)
        check_password_strength(password, User(**attrs), field="password")
        return attrs | {"password": password}

    def create(self, validated_data: dict[str, Any]) -> User:
        """The new user, without any right."""
        return User.objects.create_user(**validated_data)
