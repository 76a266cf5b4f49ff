-- The peer `limit`: a copy of the project's tables, and the best indexes that were found for these questions.
DROP SCHEMA IF EXISTS limit_ CASCADE;
CREATE SCHEMA limit_;

CREATE TABLE limit_.category AS SELECT id, name::text, slug::text FROM public.products_category;
CREATE TABLE limit_.product AS
    SELECT id, name::text, description, price, category_id, created_at, updated_at
    FROM public.products_product ORDER BY created_at, id;

-- How many products a category has at a whole price. The category of zeros stands for all, the price -1 for all prices.
-- It is filled once: this peer only reads. Keeping it in step with writes would cost it more.
CREATE TABLE limit_.tally AS
    SELECT coalesce(category_id, '00000000-0000-0000-0000-000000000000') AS category_id,
           coalesce(floor(price)::integer, -1) AS whole_price, count(*) AS products
    FROM limit_.product
    GROUP BY GROUPING SETS ((category_id, floor(price)::integer), (category_id), (floor(price)::integer), ());

ALTER TABLE limit_.category ADD PRIMARY KEY (id), ADD UNIQUE (slug);
ALTER TABLE limit_.product ADD PRIMARY KEY (id);
CREATE UNIQUE INDEX ON limit_.tally (category_id, whole_price) INCLUDE (products);
CREATE INDEX ON limit_.product (created_at, id);
CREATE INDEX ON limit_.product (price, id);
CREATE INDEX ON limit_.product (category_id, created_at, id);
CREATE INDEX ON limit_.product (category_id, price, id);
CREATE INDEX ON limit_.product USING gin (to_tsvector('simple', name)) WITH (fastupdate = off);
