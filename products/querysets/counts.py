"""How many products a selection has, and how many of those in each category: exactly, and not for searches.

Of bounds on one column the tally knows. Between several that are wide nearly everything lies, so what lies outside is
counted, and subtracted: of a million products, those below 3,000 that came since 2023 are the ones below 3,000, less
those that came before.
"""

from collections.abc import Iterator
from dataclasses import replace
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from ecommerce_backend.statements import SQL, fetch, value
from products.querysets.buckets import covering
from products.querysets.rows import conditions, numbering
from products.querysets.selection import Selection
from products.querysets.tally import ALL_CATEGORIES, EACH_CHOSEN, CategoryScope, category_scope, summing
from products.totals import IN_ALL

if TYPE_CHECKING:
    from products.querysets.products import ProductQuerySet

_OUTSIDE = {"gte": "lt", "lte": "gt"}


class Counts(NamedTuple):
    """How many products a selection has, and how many the index has on which they are found: see `chosen.in_index`."""

    selected: int
    in_index: int


def counts_of(queryset: "ProductQuerySet") -> Counts:
    """What there is to know before a page is found.

    Cost: one query, one more with a category, and one where the tally does not know.
    """
    if queryset.chosen is not None:
        number = value(queryset.db, counting(queryset)) if queryset.chosen.products else 0
        return Counts(number, queryset.chosen.in_index)
    sql, params = counting_all(queryset)
    [[found]] = fetch(queryset.db, f"SELECT {sql}", params)
    return Counts(*found)


def counting_all(queryset: "ProductQuerySet") -> SQL:
    """The expression for Counts, as an array. Not with categories. Cost: as for `counting`."""
    selected, params = counting(queryset)
    return f"ARRAY[{selected}, {IN_ALL}]", params


def counting(queryset: "ProductQuerySet") -> SQL:
    """The expression that counts a selection. Cost: one query when the tally does not know, else none."""
    known = _known(queryset)
    if known is None:
        return numbering(queryset)
    sql, params = summing(category_scope(queryset), covering(known))
    for each in _outside(queryset, known):
        outside, values = numbering(each)
        sql, params = f"{sql} - {outside}", [*params, *values]
    return sql, params


def counted_by_category(queryset: "ProductQuerySet", categories: list[UUID]) -> dict[UUID, int] | None:
    """How many there are in each of the categories that has some; None where they would be counted one by one.

    Cost: one query, or two where the tally does not know.
    """
    known = _known(queryset)
    if known is None:
        return None
    sql, params = summing(EACH_CHOSEN, covering(known))
    parts = [f"SELECT chosen.id, {sql} FROM unnest(%s::uuid[]) AS chosen (id)"]  # noqa: S608 - what is above
    params.append(categories)
    for each in _outside(queryset, known):
        where, values = conditions(each)
        parts.append(f"SELECT category_id, -count(*) FROM products_product WHERE {where} GROUP BY category_id")  # noqa: S608
        params += values
    numbers = " UNION ALL ".join(parts)
    sql = f"SELECT id, sum(number)::bigint FROM ({numbers}) AS numbers (id, number) GROUP BY id"  # noqa: S608
    # Of a category that was added after its list was read there may be nothing but what is outside.
    return {pk: number for pk, number in fetch(queryset.db, sql, params) if number > 0}


def _known(queryset: "ProductQuerySet") -> Selection | None:
    """The bounds on one column that the tally counts, or none of them, where few products are outside the other bounds.

    None where fewer are within all of them, which are then counted one by one. Next to nothing is changed before it is
    created, so those that were changed since some day are at least those that were created since. Cost: one query when
    there are bounds on several columns, or on changes; else none.
    """
    selection = queryset.selection
    if selection.is_tallied:
        return selection
    if selection.id is not None:
        return None
    columns = selection.by_column()
    everything, *numbers = _at_least(queryset, [Selection(), *map(_created_within, columns)])
    tallied = [each for each in zip(numbers, columns, strict=True) if each[1].is_tallied]
    _, known = min(tallied, key=itemgetter(0), default=(everything, Selection()))
    outside = sum(everything - number for number, each in zip(numbers, columns, strict=True) if each is not known)
    return known if outside < min(numbers) else None


def on_the_way(queryset: "ProductQuerySet", selections: list[Selection], *, with_ends: bool = True) -> list[int]:
    """How many rows of the index a walk meets between some bounds on what orders them.

    Without what is at the ends of a range they are at least so many. Cost: one query.
    """
    is_of_all = queryset.chosen is not None and queryset.chosen.are_among_others
    return _sums(queryset, ALL_CATEGORIES if is_of_all else category_scope(queryset), selections, with_ends=with_ends)


def _at_least(queryset: "ProductQuerySet", selections: list[Selection]) -> list[int]:
    """How many each of them has, but for what is at the ends of its range. Cost: one query."""
    return _sums(queryset, category_scope(queryset), selections, with_ends=False)


def _sums(
    queryset: "ProductQuerySet", scope: CategoryScope, selections: list[Selection], *, with_ends: bool
) -> list[int]:
    covered = map(covering, selections)
    sums = [summing(scope, each if with_ends else each._replace(ends=())) for each in covered]
    sql = ", ".join(each for each, _ in sums)
    [[found]] = fetch(queryset.db, f"SELECT ARRAY[{sql}]", [param for _, params in sums for param in params])
    return list(found)


def _created_within(selection: Selection) -> Selection:
    if selection.updated_after is None:
        return selection
    return replace(selection, created_after=selection.updated_after, updated_after=None)


def _outside(queryset: "ProductQuerySet", known: Selection) -> Iterator["ProductQuerySet"]:
    """What has to be taken from what is `known`: for each other bound those outside it, but within those before."""
    within = known.bounds()
    for lookup, bound in queryset.selection.bounds().items():
        if lookup in within:
            continue
        column, _, side = lookup.partition("__")
        outside = queryset.model._default_manager.filter(**within, **{f"{column}__{_OUTSIDE[side]}": bound})
        outside.chosen = queryset.chosen
        yield outside.in_its_categories()
        within[lookup] = bound
