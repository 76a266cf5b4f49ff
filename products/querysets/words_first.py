"""A search that looks for its words first, and at bounds only in the rows that these find.

PostgreSQL collects what lies between bounds, too, and reads the rows that are in both. Of half of all products that
takes far longer than to read the rows that it saves; and where reading ends at a limit, it saves hardly any.
"""

from typing import TYPE_CHECKING, Any

from django.db.models import BooleanField, Func, Q

from products.querysets.expectation import Expected

if TYPE_CHECKING:
    from products.querysets.products import ProductQuerySet

ENTRIES = 20  # of an index are collected in the time in which a row is read


class _NotIndexed(Func):
    """Conditions that are looked at in rows: no index has whether they are true."""

    template = "(%(expressions)s) IS TRUE"
    output_field: Any = BooleanField()


def words_first(queryset: "ProductQuerySet", expected: Expected, *, at_most: int) -> "ProductQuerySet":
    """The same matches, of which `at_most` are read; found by their words alone where less is read so.

    How many match without the bounds is known of all categories, so beside some it is rarely thought worth it. Where it
    was not asked how many there are, since they are few, nothing changes. Cost: none.
    """
    matches, bounds = queryset.sought.at_most or 0, queryset.selection.bounds()
    if not bounds or queryset.selection.id is not None or expected.selected >= matches:
        return queryset
    share = max(1, expected.selected) / matches
    by_words = min(matches, at_most / share)
    by_both = min(expected.selected, at_most) + expected.in_index * share / ENTRIES
    if by_words >= by_both:
        return queryset
    within = queryset.model._default_manager.filter(_NotIndexed(Q(**bounds)))
    found = queryset.instead(queryset.selection, queryset.sought, within)
    found.start, found.is_near = queryset.start, queryset.is_near
    return found
