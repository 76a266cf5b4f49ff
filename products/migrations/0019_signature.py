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
PARTED = f"regexp_replace(replace(\"name\", 'ς', 'σ'), '[-./_@:+&<>#;~=?{NO_LETTERS}]+', ' ', 'g')"

BOUNDED = ["price", "created_at", "updated_at"]
INDEXES = {
    f"product_{name}": ([*beginning, column, "id"], [*included, *(each for each in BOUNDED if each != column)])
    for column in ("created_at", "updated_at", "price", "name")
    for name, beginning, included in (
        (column, [], ["category"]),
        (f"category_{column}", ["category"], []),
    )
}

# Up to four bits of 64 for each stem. As a loop: the statement with bit_or would take twice as long for each name.
MAKE_SIGNATURES = """
    CREATE FUNCTION products_signature(stems text[]) RETURNS bigint
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
    DECLARE
        stem text;
        hash bigint;
        signature bigint := 0;
    BEGIN
        FOREACH stem IN ARRAY stems LOOP
            hash := hashtextextended(stem COLLATE "C", 0);
            signature := signature
                | (1::bigint << (hash & 63)::int) | (1::bigint << ((hash >> 6) & 63)::int)
                | (1::bigint << ((hash >> 12) & 63)::int) | (1::bigint << ((hash >> 18) & 63)::int);
        END LOOP;
        RETURN signature;
    END $$
"""


@deconstructible(path="products.indexing.Signature")
class Signature(models.Func):
    """`products.indexing.Signature` as it was when this migration was written. A test compares the two."""

    template = f"products_signature(tsvector_to_array(to_tsvector('catalogue_stems'::regconfig, {PARTED})))"
    output_field = models.BigIntegerField()


class Migration(migrations.Migration):
    """What stems a product cannot have is in the index of each order, so that a search reads fewer rows on its way."""

    dependencies = [("products", "0018_first_letters")]

    operations = [
        # A large table takes longer than a request may.
        migrations.RunSQL("SET LOCAL statement_timeout = 0", migrations.RunSQL.noop),
        migrations.RunSQL(MAKE_SIGNATURES, "DROP FUNCTION products_signature"),
        # The table is written anew, with each of its indexes; those that are replaced are left out of that.
        *(migrations.RemoveIndex("product", name) for name in INDEXES),
        migrations.AddField(
            model_name="product",
            name="signature",
            field=models.GeneratedField(
                db_persist=True, expression=Signature("name"), output_field=models.BigIntegerField()
            ),
        ),
        *(
            migrations.AddIndex("product", models.Index(fields=fields, include=[*included, "signature"], name=name))
            for name, (fields, included) in INDEXES.items()
        ),
        # Of a column that is new the planner knows nothing. Indexes are read alone again after a VACUUM: see 0018.
        migrations.RunSQL("ANALYZE products_product", migrations.RunSQL.noop),
        migrations.RunSQL(migrations.RunSQL.noop, "SET LOCAL statement_timeout = 0"),  # first, on the way back
    ]
