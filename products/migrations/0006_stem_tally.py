from django.db import migrations, models

FUNCTIONS = """
    -- To plan it for every few counters anew would take as long as to move them. The plan is made for a table that will
    -- grow: in one that is empty it would be to read it all.
    CREATE FUNCTION products_tally_stems(stems text[], categories uuid[], changes bigint[])
    RETURNS void LANGUAGE plpgsql SET plan_cache_mode = 'force_generic_plan' SET enable_seqscan = off AS $$
    BEGIN
        -- In a load of many batches once at its end, by a loader that knows of it: see products/services/loading.py.
        IF current_setting('products.loading', true) = 'on' AND to_regclass('pg_temp.stem_loading') IS NOT NULL THEN
            INSERT INTO stem_loading SELECT * FROM unnest(stems, categories, changes);
            RETURN;
        END IF;
        -- No writer waits for another: see 0003. The tally of prices is moved in the same way, in 0008.
        WITH moved AS MATERIALIZED (
            SELECT change.*, free.id FROM unnest(stems, categories, changes) AS change (stem, category_id, number)
            LEFT JOIN LATERAL (
                SELECT id FROM products_stemtally AS tally
                WHERE tally.stem = change.stem AND tally.category_id = change.category_id
                LIMIT 1 FOR UPDATE SKIP LOCKED
            ) AS free ON true
        ), updated AS (
            UPDATE products_stemtally AS tally SET products = products + number FROM moved WHERE tally.id = moved.id
        )
        INSERT INTO products_stemtally (stem, category_id, products)
        SELECT stem, category_id, number FROM moved WHERE id IS NULL;
    END $$;

    CREATE FUNCTION products_tally_stems() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'INSERT' THEN
            PERFORM products_tally_stems(array_agg(lexeme), array_agg(category_id), array_agg(change)) FROM (
                SELECT lexeme, category_id, count(*) AS change
                FROM new_rows, unnest(words) WHERE 'D' = ANY(weights) GROUP BY 1, 2
            ) AS changes;
        ELSIF TG_OP = 'DELETE' THEN
            PERFORM products_tally_stems(array_agg(lexeme), array_agg(category_id), array_agg(change)) FROM (
                SELECT lexeme, category_id, -count(*) AS change
                FROM old_rows, unnest(words) WHERE 'D' = ANY(weights) GROUP BY 1, 2
            ) AS changes;
        ELSIF TG_OP = 'UPDATE' THEN
            PERFORM products_tally_stems(array_agg(lexeme), array_agg(category_id), array_agg(change)) FROM (
                SELECT lexeme, product.category_id, sum(one) AS change
                FROM old_rows AS before FULL JOIN new_rows AS after USING (id),
                     LATERAL (VALUES (after.words, after.category_id, 1), (before.words, before.category_id, -1))
                         AS product (words, category_id, one),
                     unnest(product.words)
                WHERE before.words IS DISTINCT FROM after.words AND 'D' = ANY(weights)  -- they have the category, too
                GROUP BY 1, 2 HAVING sum(one) <> 0
            ) AS changes;
        ELSE
            DELETE FROM products_stemtally;
        END IF;
        RETURN NULL;
    END $$;
"""
DROP_FUNCTIONS = "DROP FUNCTION products_tally_stems(), products_tally_stems(text[], uuid[], bigint[])"

TRIGGERS = """
    CREATE TRIGGER stem_tally_insert AFTER INSERT ON products_product
        REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION products_tally_stems();
    CREATE TRIGGER stem_tally_update AFTER UPDATE ON products_product
        REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
        FOR EACH STATEMENT EXECUTE FUNCTION products_tally_stems();
    CREATE TRIGGER stem_tally_delete AFTER DELETE ON products_product
        REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION products_tally_stems();
    CREATE TRIGGER stem_tally_truncate AFTER TRUNCATE ON products_product
        FOR EACH STATEMENT EXECUTE FUNCTION products_tally_stems();
"""
DROP_TRIGGERS = """
    DROP TRIGGER stem_tally_insert ON products_product;
    DROP TRIGGER stem_tally_update ON products_product;
    DROP TRIGGER stem_tally_delete ON products_product;
    DROP TRIGGER stem_tally_truncate ON products_product;
"""

# The stems of a name have no weight, which is D; its words have A.
FILL = """
    INSERT INTO products_stemtally (stem, category_id, products)
    SELECT lexeme, category_id, count(*) FROM products_product, unnest(words) WHERE 'D' = ANY(weights) GROUP BY 1, 2;
    ANALYZE products_stemtally;
"""


class Migration(migrations.Migration):
    """Counts products by the stems of their words and by category."""

    dependencies = [("products", "0005_words_between_any_marks")]

    operations = [
        # A large table takes longer than a request may.
        migrations.RunSQL("SET LOCAL statement_timeout = 0", migrations.RunSQL.noop),
        migrations.CreateModel(
            name="StemTally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("stem", models.TextField()),
                ("category_id", models.UUIDField()),
                ("products", models.BigIntegerField()),
            ],
            options={
                "default_permissions": (),
                "indexes": [models.Index(fields=["stem", "category_id"], name="stem_tally_stem")],
            },
        ),
        migrations.RunSQL(FUNCTIONS, DROP_FUNCTIONS),
        # First the triggers, which keep writers out until the end; readers go on.
        migrations.RunSQL(TRIGGERS, DROP_TRIGGERS),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RunSQL(migrations.RunSQL.noop, "SET LOCAL statement_timeout = 0"),  # first, on the way back
    ]
