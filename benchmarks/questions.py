"""The questions behind docs/performance.md, each put to the database in two ways."""

from benchmarks.parts import (
    ALL,
    CHEAPEST,
    EVERYBODY,
    FIVE,
    GAMING_LAPTOP,
    GARDEN,
    LARGE,
    MOST,
    MOST_AS_WORDS,
    NEWEST,
    ON_THE_WAY,
    ROW,
    SMALL,
    WIRELESS_IN_LARGE,
    Technique,
    first_of_each,
    ids_first,
    newest_between,
)

TECHNIQUES = [
    Technique("How many products there are: counted, tallied", "SELECT count(*) FROM products_product", ALL),
    Technique(
        "The ends of a range, 10.50 to 10.99 and 99 to 99.90: counted with an OR, each by itself",
        "SELECT count(*) FROM products_product WHERE price BETWEEN 10.50 AND 10.99 OR price BETWEEN 99 AND 99.90",
        "SELECT (SELECT count(*) FROM products_product WHERE price BETWEEN 10.50 AND 10.99) "
        "+ (SELECT count(*) FROM products_product WHERE price BETWEEN 99 AND 99.90)",
    ),
    Technique(
        "How many between 100 and 150 came since June 2024: each looked up in the table, by the index alone",
        "SELECT count(*) FROM products_product WHERE price BETWEEN 100 AND 150 AND created_at >= '2024-06-01' "
        "AND length(description) >= 0",
        "SELECT count(*) FROM products_product WHERE price BETWEEN 100 AND 150 AND created_at >= '2024-06-01'",
    ),
    Technique(
        "How many below 3,000 came since February 2023: counted, those below 3,000 less those that came before",
        "SELECT count(*) FROM products_product WHERE price < 3000 AND created_at >= '2023-02-01'",
        f"SELECT (SELECT sum(products) FROM products_producttally WHERE step = 100 AND bucket < 30 AND {EVERYBODY}) "
        "- (SELECT count(*) FROM products_product WHERE price < 3000 AND created_at < '2023-02-01')",
    ),
    Technique(
        "Page 500 by price of what was created from 2000 on: with that bound, without it",
        "SELECT (SELECT count(*) FROM products_product WHERE created_at >= '2000-01-01'), array_agg(id) FROM ("
        "SELECT id FROM products_product WHERE created_at >= '2000-01-01' "
        "ORDER BY price, id LIMIT 20 OFFSET 10000) AS page",
        f"SELECT ({ALL}), (SELECT min(created_at) FROM products_product), array_agg(id) FROM ("
        "SELECT id FROM products_product ORDER BY price, id LIMIT 20 OFFSET 10000) AS page",
    ),
    Technique(
        "Page 4,000 by price, then name: all rows on the way read, those with the page's prices",
        "SELECT id FROM products_product ORDER BY price, name, id LIMIT 20 OFFSET 79980",
        "WITH page AS MATERIALIZED (SELECT min(price) AS low, max(price) AS high, min(before) AS before FROM (SELECT "
        "price, rank() OVER (ORDER BY price) - 1 AS before FROM products_product ORDER BY price LIMIT 20 OFFSET 79980) "
        "AS prices) SELECT id FROM products_product WHERE price BETWEEN (SELECT low FROM page) AND (SELECT high FROM "
        "page) ORDER BY price, name, id LIMIT 20 OFFSET 79980 - (SELECT before FROM page)",
    ),
    Technique(
        "Page 4,000 of a common word by price: all matches sorted, those around 730 where a sample has it",
        "WITH hits AS MATERIALIZED (SELECT price, id FROM products_product WHERE words @@ '''laptop'''::tsquery) "
        "SELECT id FROM hits ORDER BY price, id LIMIT 20 OFFSET 79980",
        "WITH hits AS MATERIALIZED (SELECT price, id FROM products_product "
        "WHERE words @@ '''laptop'''::tsquery AND price <= 900) "
        "SELECT id FROM hits WHERE price >= 600 ORDER BY price, id LIMIT 20 "
        "OFFSET 79980 - (SELECT count(*) FROM hits WHERE price < 600)",
    ),
    Technique(
        "A word that few names have: UPPER(name) LIKE, the index of words",
        f"{ROW} WHERE upper(name) LIKE upper('%osterby%') ORDER BY created_at DESC, id DESC LIMIT 20",
        f"{ROW} WHERE words @@ '''osterby'':*'::tsquery ORDER BY created_at DESC, id DESC LIMIT 20",
    ),
    Technique(
        "A beginning of a word, and another word: as a beginning, as the words that begin so",
        f"{ROW} WHERE words @@ '''norvik'':* & ''laptop'':*'::tsquery",
        f"{ROW} WHERE words @@ '''norvik'' & ''laptop'''::tsquery",
    ),
    Technique(
        "Two words, and a letter that another begins with: as a beginning, as a letter",
        f"{ROW} WHERE words @@ '''norvik'' & ''laptop'' & ''s'':*'::tsquery",
        f"{ROW} WHERE words @@ '''norvik'' & ''laptop'' & ''_s'''::tsquery",
    ),
    Technique(
        "Sofas, the cheapest first: along the index of prices, all matches sorted",
        f"{ROW} WHERE words @@ '''sofa'''::tsquery ORDER BY price, id LIMIT 20",
        "WITH hits AS MATERIALIZED (SELECT id, price FROM products_product WHERE words @@ '''sofa'''::tsquery) "
        "SELECT * FROM hits ORDER BY price, id LIMIT 20",
    ),
    Technique(
        "Sofas in electronics, by price, of which there are none: two indexes intersected, both words of one",
        f"{ROW} WHERE category_id = {LARGE} AND words @@ '''sofa'''::tsquery ORDER BY price, id LIMIT 20",
        f"WITH hits AS MATERIALIZED (SELECT id, price FROM products_product WHERE words @@ '''sofa'''::tsquery "
        f"AND words @@ ('''=' || {LARGE} || '''')::tsquery) SELECT * FROM hits ORDER BY price, id LIMIT 20",
    ),
    Technique(
        "A common word, newest first: all matches sorted, along the index of dates",
        "WITH hits AS MATERIALIZED (SELECT id, created_at FROM products_product WHERE words @@ '''laptop'''::tsquery) "
        "SELECT * FROM hits ORDER BY created_at DESC, id DESC LIMIT 20",
        f"{ROW} WHERE words @@ '''laptop'''::tsquery ORDER BY created_at DESC, id DESC LIMIT 20",
    ),
    Technique(
        "The dearest laptops of electronics: each row on the way read, those with the signature of the word",
        f"SELECT * FROM ({ROW} WHERE {ON_THE_WAY} LIMIT 30000) AS p WHERE words @@ '''laptop'''::tsquery LIMIT 20",
        f"SELECT p.* FROM (SELECT id, signature FROM products_product WHERE {ON_THE_WAY} LIMIT 30000) AS walk, LATERAL "
        f"({ROW} WHERE p.id = walk.id OFFSET 0) AS p WHERE products_signature(ARRAY['laptop']) & ~walk.signature = 0 "
        "AND p.words @@ '''laptop'''::tsquery LIMIT 20",
    ),
    Technique(
        "Wireless things in electronics: counted, tallied",
        f"SELECT count(*) FROM products_product WHERE {WIRELESS_IN_LARGE}",
        f"SELECT sum(products) FROM products_stemtally WHERE stem = 'wireless' AND category_id = {LARGE}",
    ),
    Technique(
        "Whether there are more than 10,000 gaming laptops: counted up to there, by a sample of the pages",
        f"WITH hits AS MATERIALIZED (SELECT FROM products_product WHERE {GAMING_LAPTOP}) "
        "SELECT count(*) FROM (SELECT FROM hits LIMIT 10001) AS first",
        "SELECT sum(number), sum(number * number) FROM (SELECT count(*) AS number FROM products_product "
        f"TABLESAMPLE SYSTEM (1) REPEATABLE (0) WHERE {GAMING_LAPTOP} GROUP BY (ctid::text::point)[0]) AS page",
    ),
    Technique(
        "Sofas in all categories but one, up to 10,001: these by the index of words, by their column in the rows",
        f"SELECT count(*) FROM (SELECT FROM products_product WHERE words @@ '''sofa''' AND words @@ {MOST_AS_WORDS} "
        "LIMIT 10001) AS hits",
        f"SELECT count(*) FROM (SELECT FROM products_product WHERE words @@ '''sofa''' AND (category_id = ANY({MOST})) "
        "IS TRUE LIMIT 10001) AS hits",
    ),
    Technique(
        # No index has price + 0 in its order, nor a category as text: as if there were one of the other only.
        "The garden, the cheapest first: all of the category sorted, along the index that has both",
        f"{ROW} WHERE category_id = {GARDEN} ORDER BY price + 0, id LIMIT 20",
        CHEAPEST,
    ),
    Technique(
        "The garden, the cheapest first: along the index of prices, along the index that has both",
        f"{ROW} WHERE category_id::text = {GARDEN}::text ORDER BY price, id LIMIT 20",
        CHEAPEST,
    ),
    Technique(
        "A small category, the cheapest first: joined by its slug, by its id",
        f"{ROW} JOIN products_category c ON c.id = category_id WHERE slug = '{SMALL}' ORDER BY price, p.id LIMIT 20",
        CHEAPEST.replace("garden", SMALL),
    ),
    Technique(
        "Two categories, the dearest first: one walk past all others, the first of each merged",
        f"{ROW} WHERE category_id = ANY(ARRAY(SELECT id FROM products_category WHERE slug IN ('garden', 'toys'))) "
        "ORDER BY price DESC, id DESC LIMIT 20",
        "SELECT found.* FROM products_category c, LATERAL (SELECT * FROM products_product p WHERE p.category_id = c.id "
        "ORDER BY price DESC, id DESC LIMIT 20) found WHERE c.slug IN ('garden', 'toys') "
        "ORDER BY found.price DESC, found.id DESC LIMIT 20",
    ),
    Technique(
        "Page 1,500 of five categories by price: the first 30,000 of each sorted, the parts merged as they are walked",
        f"SELECT found.id FROM products_category c, LATERAL (SELECT id, price FROM products_product p "
        f"WHERE p.category_id = c.id ORDER BY price, id LIMIT 30000) found WHERE c.slug IN {FIVE} "
        "ORDER BY found.price, found.id LIMIT 20 OFFSET 29980",
        f"SELECT id FROM ({first_of_each(FIVE, 30_000, 'price')}) AS walk ORDER BY place, id LIMIT 20 OFFSET 29980",
    ),
    Technique("Page 2,000: rows all the way, ids first", f"{ROW} {NEWEST} LIMIT 20 OFFSET 39980", ids_first(39980)),
    Technique(
        "Page 5,000: ids first all the way, from the day on that the tally says",
        ids_first(99980),
        "WITH days AS (SELECT bucket, sum(sum(products)) OVER (ORDER BY bucket DESC) AS until, sum(products) AS number "
        f"FROM products_producttally WHERE step = -1 AND {EVERYBODY} GROUP BY bucket), "
        "place AS MATERIALIZED (SELECT to_timestamp(86400.0 * (bucket + 1)) AS day, 99980 - until + number AS row "
        "FROM days WHERE until > 99980 ORDER BY bucket DESC LIMIT 1) "
        + ids_first("(SELECT row FROM place)", "WHERE created_at < (SELECT day FROM place)"),
    ),
    Technique(
        "The newest of three categories between two prices: the index of days has no prices, it has them",
        newest_between("created_at + interval '0'"),
        newest_between("created_at"),
    ),
    Technique(
        "The page after a row in the middle: by its number, by cursor",
        ids_first(500_000),
        f"{ROW} WHERE (created_at, id) < ('2024-07-01', 'ffffffff-ffff-ffff-ffff-ffffffffffff') {NEWEST} LIMIT 20",
    ),
]
