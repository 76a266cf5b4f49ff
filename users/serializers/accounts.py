"""The shapes of accounts: registering, reading and changing oneself."""

from typing import Any

from django.db import models

from ecommerce_backend.api.serializers import ModelSerializer
from users.models import User
from users.serializers.fields import PASSWORD_HELP, EmailField, PasswordField, UsernameField, check_password_strength


class UserSerializer(ModelSerializer):
    """A user, as the answer to registering shows it."""

    class Meta:
        model = User
        fields = ["id", "username", "email", "date_joined"]
        read_only_fields = ["id", "date_joined"]
        extra_kwargs = {
            "username": {"help_text": User._meta.get_field("username").help_text},
            "email": {"help_text": "Unique without regard to case."},
        }

    serializer_field_mapping = ModelSerializer.serializer_field_mapping | {
        models.CharField: UsernameField,
        models.EmailField: EmailField,
    }


class MeSerializer(UserSerializer):
    """Oneself."""

    class Meta(UserSerializer.Meta):
        fields = [*UserSerializer.Meta.fields, "is_staff"]
        read_only_fields = [*UserSerializer.Meta.read_only_fields, "is_staff"]


class RegistrationSerializer(UserSerializer):
    """Who wants an account. Anything but name, address and password changes nothing."""

    password = PasswordField(help_text=PASSWORD_HELP)

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
