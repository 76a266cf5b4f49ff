"""How many products there are, in SQL: in the tally one bucket has every price."""

from uuid import UUID

ANY_CATEGORY = UUID(int=0)
ANY_PRICE = 100_000_000  # the width of that bucket, which has the number 0

IN_CATEGORY = f"""
    coalesce((
        SELECT sum(products)::bigint FROM products_producttally
        WHERE category_id = {{category}} AND step = {ANY_PRICE} AND bucket = 0
    ), 0)
"""  # noqa: S608 - a constant alone
IN_ALL = IN_CATEGORY.format(category=f"uuid '{ANY_CATEGORY}'")
