from django.db import migrations, models

BOUNDED = ["price", "created_at", "updated_at"]
INDEXES = {
    f"product_{name}": models.Index(
        fields=[*beginning, column, "id"],
        include=[*included, *(each for each in BOUNDED if each != column)],
        name=f"product_{name}_2",
    )
    for column in ("created_at", "updated_at", "price", "name")
    for name, beginning, included in (
        (column, [], ["category"]),
        (f"category_{column}", ["category"], []),
    )
}


class Migration(migrations.Migration):
    """Each index of an order has all that there may be bounds on, so that pages between them are found in it alone."""

    dependencies = [("products", "0015_time_of_change")]

    operations = [
        # A large table takes longer than a request may. Writers wait until the end, readers do not.
        migrations.RunSQL("SET LOCAL statement_timeout = 0", migrations.RunSQL.noop),
        *(migrations.AddIndex("product", index) for index in INDEXES.values()),
        migrations.RunSQL(migrations.RunSQL.noop, "SET LOCAL statement_timeout = 0"),  # first, on the way back
    ]
