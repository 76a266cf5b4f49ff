from django.db import migrations, models

INCLUDED = ["created_at", "updated_at"]
INDEXES = {"product_price": ["price", "id"], "product_category_price": ["category", "price", "id"]}


class Migration(migrations.Migration):
    """The indexes of prices have the days, so that both are counted together without a look at the table."""

    dependencies = [("products", "0008_tally_of_days")]

    operations = [
        # A large table takes longer than a request may. Writers wait until the end, readers only while the old indexes
        # give way to the new ones.
        migrations.RunSQL("SET LOCAL statement_timeout = 0", migrations.RunSQL.noop),
        *(
            migrations.AddIndex("product", models.Index(fields=fields, include=INCLUDED, name=f"{name}_days"))
            for name, fields in INDEXES.items()
        ),
        *(migrations.RemoveIndex("product", name) for name in INDEXES),
        *(migrations.RenameIndex("product", old_name=f"{name}_days", new_name=name) for name in INDEXES),
        migrations.RunSQL(migrations.RunSQL.noop, "SET LOCAL statement_timeout = 0"),  # first, on the way back
    ]
