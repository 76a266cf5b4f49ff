from django.db import migrations

# A number that was given by a server which is lost, or after the moment that a backup holds, must not come again for
# other data: answers may still be kept under it. So it is the time; two changes in one microsecond are told apart.
BY_TIME = """
    CREATE OR REPLACE FUNCTION products_move_generation() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        now bigint := extract(epoch FROM clock_timestamp()) * 1000000;
    BEGIN
        UPDATE products_generation SET number = greatest(number + 1, now)
        WHERE id = (SELECT id FROM products_generation LIMIT 1 FOR UPDATE SKIP LOCKED);
        IF NOT FOUND THEN
            INSERT INTO products_generation (number) VALUES (now);
        END IF;
        RETURN NULL;
    END $$;
"""
BY_ONE = """
    CREATE OR REPLACE FUNCTION products_move_generation() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE products_generation SET number = number + 1
        WHERE id = (SELECT id FROM products_generation LIMIT 1 FOR UPDATE SKIP LOCKED);
        IF NOT FOUND THEN
            INSERT INTO products_generation (number) SELECT CASE
                WHEN EXISTS (SELECT FROM products_generation) THEN 1
                ELSE (extract(epoch FROM clock_timestamp()) * 1000000)::bigint
            END;
        END IF;
        RETURN NULL;
    END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("products", "0003_search_and_tallies")]

    operations = [migrations.RunSQL(BY_TIME, BY_ONE)]
