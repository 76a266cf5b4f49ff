from django.db import migrations

NAMES = [
    f"product_{beginning}{column}"
    for column in ("created_at", "updated_at", "price", "name")
    for beginning in ("", "category_")
]
# So that an index alone can be read, VACUUM has to say of which pages all rows are visible: after a fiftieth of the rows
# has changed, and not after a fifth.
VACUUM_OFTEN = """
    ALTER TABLE products_product
    SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02)
"""
AS_EVER = """
    ALTER TABLE products_product RESET (autovacuum_vacuum_scale_factor, autovacuum_vacuum_insert_scale_factor)
"""


class Migration(migrations.Migration):
    """The indexes of 0016 in place of those before. By itself: readers that take long let it be tried again."""

    dependencies = [("products", "0016_covering_indexes")]

    operations = [
        migrations.RunSQL(VACUUM_OFTEN, AS_EVER),
        *(migrations.RemoveIndex("product", name) for name in NAMES),
        *(migrations.RenameIndex("product", old_name=f"{name}_2", new_name=name) for name in NAMES),
        # On the way back the indexes before are built again.
        migrations.RunSQL(migrations.RunSQL.noop, "SET LOCAL statement_timeout = 0"),
    ]
