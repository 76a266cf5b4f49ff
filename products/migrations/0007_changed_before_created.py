from django.db import migrations, models


class Migration(migrations.Migration):
    """An index of what nothing should be in: products that were changed before they were created."""

    dependencies = [("products", "0006_stem_tally")]

    operations = [
        # A large table takes longer than a request may.
        migrations.RunSQL("SET LOCAL statement_timeout = 0", migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="product",
            index=models.Index(
                fields=["updated_at"],
                condition=models.Q(updated_at__lt=models.F("created_at")),
                name="product_changed_before_created",
            ),
        ),
        migrations.RunSQL(migrations.RunSQL.noop, "SET LOCAL statement_timeout = 0"),  # first, on the way back
    ]
