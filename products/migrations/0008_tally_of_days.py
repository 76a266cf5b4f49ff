from django.db import migrations

# A product is counted by its day, too: see products/querysets/buckets.py. The function is one beside that of
# 0003, which is there for the way back.
BUCKETS = """
    CREATE FUNCTION products_buckets(category uuid, price numeric, created_at timestamptz)
    RETURNS TABLE (category_id uuid, step integer, bucket integer) LANGUAGE sql STABLE AS $$
        SELECT owner, width, place
        FROM unnest(ARRAY[category, uuid '00000000-0000-0000-0000-000000000000']) AS owner, (
            SELECT width, floor(price)::integer / width FROM unnest(ARRAY[1, 100, 10000, 100000000]) AS width
            UNION ALL SELECT -days, floor(extract(epoch FROM created_at) / 86400 / days)::integer
            FROM unnest(ARRAY[1, 64]) AS days
        ) AS places (width, place)
    $$;
"""
DROP_BUCKETS = "DROP FUNCTION products_buckets(uuid, numeric, timestamptz)"


def tallying(columns: str) -> str:
    """The function of the triggers, of products by these columns."""
    of_product = ", ".join(f"product.{column}" for column in columns.split(", "))
    return f"""
        CREATE OR REPLACE FUNCTION products_tally_products() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'INSERT' THEN
                PERFORM products_tally(category_id, step, bucket, change) FROM (
                    SELECT bucket.*, count(*) AS change
                    FROM new_rows AS product, products_buckets({of_product}) AS bucket
                    GROUP BY 1, 2, 3
                ) AS changes;
            ELSIF TG_OP = 'DELETE' THEN
                PERFORM products_tally(category_id, step, bucket, change) FROM (
                    SELECT bucket.*, -count(*) AS change
                    FROM old_rows AS product, products_buckets({of_product}) AS bucket
                    GROUP BY 1, 2, 3
                ) AS changes;
            ELSIF TG_OP = 'UPDATE' THEN
                PERFORM products_tally(category_id, step, bucket, change) FROM (
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
        migrations.RunSQL(BUCKETS, DROP_BUCKETS),
        migrations.RunSQL(tallying("category_id, price, created_at"), tallying("category_id, price")),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
