"""A sample of the table says what the planner cannot know: how many products have two words, or a word and a category.

The planner takes conditions for independent. In the sample they are what they are.
"""

from math import sqrt
from typing import TYPE_CHECKING, Any, NamedTuple

from ecommerce_backend.statements import Rows, fetch
from products.querysets.rows import conditions, ordering

if TYPE_CHECKING:
    from products.querysets.products import ProductQuerySet

SAMPLED_ROWS = 10_000  # are read in a few milliseconds, page after page
ROWS_PER_PAGE = 20  # rows are a page of the table, about
SAMPLED_FOR_CATEGORIES = 2 * SAMPLED_ROWS  # at least, of which each has but some
ENOUGH = 1000  # matches are in a sample for categories
# Rows that came together stand together, and what is sampled are pages; so the squares of what each of them has are the
# variance of their sum. To be wrong by so many deviations takes luck of one in thirty thousand.
DEVIATIONS = 4
# The same pages each time, so that the pages of a list and its facets say the same of the same rows.
_PAGES = "FROM products_product TABLESAMPLE SYSTEM (%s) REPEATABLE (0)"
_SAMPLE = f"{_PAGES} WHERE {{conditions}}"
_OF_PAGES = f"""
    SELECT coalesce(sum(number), 0)::bigint, coalesce(sum(number * number), 0)::bigint, (SELECT count(*) {_PAGES})
    FROM (
        SELECT count(*) AS number {_SAMPLE} GROUP BY (products_product.ctid::text::point)[0]
    ) AS page
"""  # noqa: S608 - constants
_OF_CATEGORIES = f"SELECT category_id, count(*), min(price), max(price) {_SAMPLE} GROUP BY category_id"
_QUANTILES = f'SELECT percentile_disc(%s::float8[]) WITHIN GROUP (ORDER BY "{{first}}" {{way}}) {_SAMPLE}'


class Sampled(NamedTuple):
    """How many rows there are, how many at the least, and how many at the most."""

    about: int
    at_least: int
    at_most: int


def sampled(queryset: "ProductQuerySet", everything: int) -> Sampled:
    """How many rows a selection has, of `everything` that there is. Cost: one query, for some SAMPLED_ROWS."""
    percent = _percent(SAMPLED_ROWS, everything)
    where, params = conditions(queryset)
    [[found, squares, rows]] = fetch(queryset.db, _OF_PAGES.format(conditions=where), [percent, percent, *params])
    # By what was read, not by what was asked for: the pages may be a tenth more than that, the same for each search.
    scale = everything / rows if rows else 100 / percent
    # n rows in a sample have a deviation of sqrt(n * together). The most are those of which the sample is so many of
    # their own deviations short: n - 4 * sqrt(n * together) = found, solved for n.
    together = squares / found if found else ROWS_PER_PAGE
    short = DEVIATIONS**2 * together / 2
    at_most = found + short + DEVIATIONS * sqrt(short * together / 2 + squares)
    at_least = found - DEVIATIONS * sqrt(squares)
    return Sampled(*(round(number * scale) for number in (found, at_least, at_most)))


def sampled_by_category(queryset: "ProductQuerySet", everything: int, selected: int) -> Rows:
    """Of a sample of the about `selected` rows of a selection: each category that has some, their number and prices.

    Prices are the lowest and the highest. Cost: one query, for SAMPLED_FOR_CATEGORIES, or as many as have ENOUGH.
    """
    percent = _percent(max(SAMPLED_FOR_CATEGORIES, ENOUGH * everything // max(1, selected)), everything)
    where, params = conditions(queryset)
    return fetch(queryset.db, _OF_CATEGORIES.format(conditions=where), [percent, *params])


def surroundings(
    queryset: "ProductQuerySet", everything: int, selected: int, offset: int, limit: int
) -> tuple[Any, Any]:
    """Values of the first column of the order between which `limit` rows from row `offset` on should lie.

    A selection has about `selected` rows, of `everything` that there is. None where that is too near to an end. Cost:
    one query, for some SAMPLED_ROWS.
    """
    percent = _percent(SAMPLED_ROWS, everything)
    # Matches in the sample; but no more than its pages, since rows of a page have to do with each other.
    number = max(1, min(selected * percent / 100, SAMPLED_ROWS / ROWS_PER_PAGE))
    place = min(1, offset / selected)
    off = DEVIATIONS * sqrt(max(place * (1 - place), DEVIATIONS / number) / number)
    shares = [place - off, place + limit / selected + off]
    where, params = conditions(queryset)
    first, is_descending = ordering(queryset)[0]
    sql = _QUANTILES.format(first=first, way="DESC" if is_descending else "ASC", conditions=where)
    [[values]] = fetch(queryset.db, sql, [[min(1, max(0, share)) for share in shares], percent, *params])
    low, high = values or (None, None)
    return (low if shares[0] > 0 else None), (high if shares[1] < 1 else None)


def _percent(rows: int, everything: int) -> float:
    return min(100.0, 100 * rows / max(1, everything))
