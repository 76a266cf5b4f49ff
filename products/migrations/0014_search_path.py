from django.db import migrations

# What writers' statements call; what these call finds its tables as they do.
FUNCTIONS = (
    "products_move_generation()",
    "products_tally_products()",
    "products_tally_stems()",
    "products_collect_words()",
)


def altering(change: str) -> str:
    return ";".join(f"ALTER FUNCTION {function} {change}" for function in FUNCTIONS)


class Migration(migrations.Migration):
    """The triggers find their tables whatever the search_path of who writes: psql reading a dump has none.

    A later migration that replaces one of these functions has to say so again.
    """

    dependencies = [("products", "0013_category_names_by_letters")]

    operations = [migrations.RunSQL(altering("SET search_path FROM CURRENT"), altering("RESET search_path"))]
