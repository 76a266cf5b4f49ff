from django.db import migrations

from products.models.moments import ChangeMomentField


class Migration(migrations.Migration):
    """Nothing in the database: Django's `auto_now` in a field of our own."""

    dependencies = [("products", "0014_search_path")]

    operations = [migrations.AlterField("product", "updated_at", ChangeMomentField(auto_now=True))]
