"""The group whose members may write the catalogue."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

GROUP = "Catalogue editors"
MODELS = ("category", "product")
ACTIONS = ("add", "change", "delete", "view")


def make_group(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Make the group, and the permissions, which Django itself makes only after the last migration."""
    content_types = apps.get_model("contenttypes", "ContentType").objects
    permissions = apps.get_model("auth", "Permission").objects
    group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=GROUP)
    for model in MODELS:
        content_type, _ = content_types.get_or_create(app_label="products", model=model)
        for action in ACTIONS:
            permission, _ = permissions.get_or_create(
                content_type=content_type,
                codename=f"{action}_{model}",
                defaults={"name": f"Can {action} {model}"},
            )
            group.permissions.add(permission)


def remove_group(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Remove the group; its members stay."""
    apps.get_model("auth", "Group").objects.filter(name=GROUP).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("products", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(make_group, remove_group)]
