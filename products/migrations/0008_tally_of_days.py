from django.db import migrations

# A product is counted by its day, too: see products/querysets/buckets.py. And all counters that a statement moves are
# moved at once, which takes half the time. The functions of 0003 stay for the way back.
FUNCTIONS = """
    CREATE FUNCTION products_buckets(category uuid, price numeric, created_at timestamptz)
    RETURNS TABLE (category_id uuid, step integer, bucket integer) LANGUAGE sql STABLE AS $$
        SELECT owner, width, place
        FROM unnest(ARRAY[category, uuid '00000000-0000-0000-0000-000000000000']) AS owner, (
            SELECT width, floor(price)::integer / width FROM unnest(ARRAY[1, 100, 10000, 100000000]) AS width
            UNION ALL SELECT -days, floor(extract(epoch FROM created_at) / 86400 / days)::integer
            FROM unnest(ARRAY[1, 64]) AS days
        ) AS places (width, place)
    $$;

    CREATE FUNCTION products_tally(categories uuid[], steps integer[], buckets integer[], changes bigint[])
    RETURNS void LANGUAGE plpgsql SET plan_cache_mode = 'force_generic_plan' SET enable_seqscan = off AS $$
    BEGIN
        -- In a load of many batches once at its end: see products/services/loading.py.
        IF current_setting('products.loading', true) = 'on' THEN
            INSERT INTO product_loading SELECT * FROM unnest(categories, steps, buckets, changes);
            RETURN;
        END IF;
        -- No writer waits for another: see 0003.
        WITH moved AS MATERIALIZED (
            SELECT change.*, free.id
            FROM unnest(categories, steps, buckets, changes) AS change (category_id, step, bucket, number)
            LEFT JOIN LATERAL (
                SELECT id FROM products_producttally AS tally
                WHERE tally.category_id = change.category_id AND tally.step = change.step AND tally.bucket = change.bucket
                LIMIT 1 FOR UPDATE SKIP LOCKED
            ) AS free ON true
        ), updated AS (
            UPDATE products_producttally AS tally SET products = products + number FROM moved WHERE tally.id = moved.id
        )
        INSERT INTO products_producttally (category_id, step, bucket, products)
        SELECT category_id, step, bucket, number FROM moved WHERE id IS NULL;
    END $$;
"""
DROP_FUNCTIONS = """
    DROP FUNCTION products_buckets(uuid, numeric, timestamptz), products_tally(uuid[], integer[], integer[], bigint[])
"""


def tallying(columns: str, move: str) -> str:
    """The function of the triggers, of products by these columns. `move`: all changes, or one after the other."""
    of_product = ", ".join(f"product.{column}" for column in columns.split(", "))
    return f"""
        CREATE OR REPLACE FUNCTION products_tally_products() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'INSERT' THEN
                PERFORM {move} FROM (
                    SELECT bucket.*, count(*) AS change
                    FROM new_rows AS product, products_buckets({of_product}) AS bucket
                    GROUP BY 1, 2, 3
                ) AS changes;
            ELSIF TG_OP = 'DELETE' THEN
                PERFORM {move} FROM (
                    SELECT bucket.*, -count(*) AS change
                    FROM old_rows AS product, products_buckets({of_product}) AS bucket
                    GROUP BY 1, 2, 3
                ) AS changes;
            ELSIF TG_OP = 'UPDATE' THEN
                PERFORM {move} FROM (
                    SELECT bucket.*, sum(one) AS change FROM (
                        SELECT {columns}, 1 AS one FROM new_rows
                        UNION ALL SELECT {columns}, -1 FROM old_rows
                    ) AS product, products_buckets({of_product}) AS bucket
                    GROUP BY 1, 2, 3 HAVING sum(one) <> 0
                ) AS changes;
            ELSE
                DELETE FROM products_producttally;
                DELETE FROM products_productword;
            END IF;
            RETURN NULL;
        END $$;
    """  # noqa: S608 - the names below


TALLYING = tallying(
    "category_id, price, created_at",
    "products_tally(array_agg(category_id), array_agg(step), array_agg(bucket), array_agg(change))",
)
TALLYING_BEFORE = tallying("category_id, price", "products_tally(category_id, step, bucket, change)")
FILL = """
    INSERT INTO products_producttally (category_id, step, bucket, products)
    SELECT bucket.*, count(*)
    FROM products_product AS product, products_buckets(product.category_id, 0, product.created_at) AS bucket
    WHERE step < 0 GROUP BY 1, 2, 3;
    ANALYZE products_producttally;
"""


class Migration(migrations.Migration):
    """Counts products by the days on which they were created, and by 64 of them."""

    dependencies = [("products", "0007_changed_before_created")]

    operations = [
        # A large table takes longer than a request may. Writers are kept out until the end; readers go on.
        migrations.RunSQL(
            "SET LOCAL statement_timeout = 0; LOCK TABLE products_product IN SHARE ROW EXCLUSIVE MODE",
            "LOCK TABLE products_product IN SHARE ROW EXCLUSIVE MODE; DELETE FROM products_producttally WHERE step < 0",
        ),
        migrations.RunSQL(FUNCTIONS, DROP_FUNCTIONS),
        migrations.RunSQL(TALLYING, TALLYING_BEFORE),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RunSQL(migrations.RunSQL.noop, "SET LOCAL statement_timeout = 0"),  # first, on the way back
    ]
