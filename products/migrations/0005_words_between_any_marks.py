import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.db import migrations, models
from django.utils.deconstruct import deconstructible

NO_LETTERS = (
    r"\u0080-\u00a9\u00ab-\u00b1\u00b4\u00b6-\u00b8\u00bb\u00bf\u00d7\u00f7"
    r"\u037e\u0387\u055a-\u055f\u0589-\u058f\u05be\u05c0\u05c3\u05c6\u05f3\u05f4"
    r"\u0600-\u060f\u061b-\u061f\u066a-\u066d\u06d4\u0964\u0965\u1680"
    r"\u2000-\u206f\u20a0-\u20cf\u2100\u2101\u2103-\u2106\u2108\u2109\u2114\u2116-\u2118\u211e-\u2123"
    r"\u2190-\u245f\u249c-\u24e9\u2500-\u2bff\u2e00-\u2e2e\u2e30-\u2e7f"
    r"\u2ff0-\u3004\u3008-\u3020\u3030\u303d-\u303f\u30a0\u30fb\ufd3e\ufd3f\ufe00-\ufe0f\ufe10-\ufe6f\ufeff"
    r"\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65\uffe0-\ufffd\U0001f000-\U0001faff"
)
PARTED = f"regexp_replace(\"name\", '[-./_@:+&<>#;~=?{NO_LETTERS}]+', ' ', 'g')"


def collecting(marks: str) -> str:
    """The function of the triggers that collect words; those that begin with one of `marks` are none."""
    return f"""
        CREATE OR REPLACE FUNCTION products_collect_words() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO products_productword (word)
            SELECT DISTINCT lexeme FROM new_rows, unnest(words)
            WHERE lexeme !~ '^[{marks}]'
              AND NOT EXISTS (SELECT FROM products_productword AS known WHERE known.word = lexeme);
            RETURN NULL;
        END $$;
    """  # noqa: S608


COLLECT = """
    INSERT INTO products_productword (word)
    SELECT DISTINCT lexeme FROM products_product, unnest(words)
    WHERE lexeme !~ '^[=#]'
      AND NOT EXISTS (SELECT FROM products_productword AS known WHERE known.word = lexeme);
"""


@deconstructible(path="products.indexing.ProductWords")
class ProductWords(models.Func):
    """`products.indexing.ProductWords` as it was when this migration was written. A test compares the two."""

    template = (
        f"(setweight(to_tsvector('catalogue'::regconfig, {PARTED}), 'A')"
        f" || to_tsvector('catalogue_stems'::regconfig, {PARTED})"
        " || array_to_tsvector(ARRAY['=' || \"category_id\"::text])"
        f" || array_to_tsvector(ARRAY['#' || length(to_tsvector('catalogue'::regconfig, {PARTED}))::text]))"
    )
    output_field = django.contrib.postgres.search.SearchVectorField()


class Migration(migrations.Migration):
    """Dashes, quotation marks and other signs of no letters part words; names have the number of their words."""

    dependencies = [("products", "0004_generation_by_time")]

    operations = [
        # A large table takes longer than a request may.
        migrations.RunSQL("SET LOCAL statement_timeout = 0", migrations.RunSQL.noop),
        migrations.RemoveIndex(model_name="product", name="product_words"),
        migrations.RemoveIndex(model_name="product", name="product_lower_name"),
        migrations.RemoveField(model_name="product", name="words"),
        migrations.AddField(
            model_name="product",
            name="words",
            field=models.GeneratedField(
                db_persist=True,
                expression=ProductWords("name", "category"),
                output_field=django.contrib.postgres.search.SearchVectorField(),
            ),
        ),
        migrations.AddIndex(
            model_name="product",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["words"], gin_pending_list_limit=1024, name="product_words"
            ),
        ),
        migrations.RunSQL(collecting("=#"), collecting("=")),
        migrations.RunSQL(COLLECT, migrations.RunSQL.noop),
        # The planner knows nothing of a column that is new, and estimates of common words are its.
        migrations.RunSQL("ANALYZE products_product", migrations.RunSQL.noop),
        migrations.RunSQL(migrations.RunSQL.noop, "SET LOCAL statement_timeout = 0"),  # first, on the way back
    ]
