from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """An index of what nothing should be in: products that were changed before they were created."""

    atomic = False  # writers go on meanwhile, which takes more than one transaction
    dependencies = [("products", "0006_stem_tally")]

    operations = [
        # A large table takes longer than a request may, and who writes is waited for.
        migrations.RunSQL("SET statement_timeout = 0; SET lock_timeout = 0", migrations.RunSQL.noop),
        AddIndexConcurrently(
            model_name="product",
            index=models.Index(
                fields=["updated_at"],
                condition=models.Q(updated_at__lt=models.F("created_at")),
                name="product_changed_before_created",
            ),
        ),
        migrations.RunSQL("RESET statement_timeout; RESET lock_timeout", migrations.RunSQL.noop),
    ]
