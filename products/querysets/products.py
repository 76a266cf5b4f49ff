"""Reads of products."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from ecommerce_backend.api.keyset import PageStart
from products import search, suggestions
from products.querysets import best, matches, plans
from products.querysets.chosen import ChosenCategories
from products.querysets.extent import needed
from products.querysets.facets import Facets, facets
from products.querysets.rows import Page, ProductRow, where
from products.querysets.selection import Selection
from products.search import Sought

if TYPE_CHECKING:
    from products.models import Product  # noqa: F401 - named in the base below


class ProductQuerySet(QuerySet["Product"]):
    """Products. `selection` is what they have been selected by, `chosen` its categories."""

    selection = Selection()
    chosen: ChosenCategories | None = None
    start = Q()  # where in the order the rows begin
    # Of a search: where it looks, what it finds there, and whether these are near misses.
    searched: "ProductQuerySet"
    sought = Sought([])
    is_near = False

    def _clone(self) -> Self:
        clone = super()._clone()  # type: ignore[misc]
        clone.selection, clone.chosen, clone.start = self.selection, self.chosen, self.start
        if self.tiers:
            clone.searched, clone.sought, clone.is_near = self.searched, self.sought, self.is_near
        return clone

    def for_listing(self) -> Self:
        """With the category of each, which ProductSerializer shows. Cost: no query more."""
        return self.select_related()  # not by name, which each clone would copy

    @property
    def tiers(self) -> list[RawSQL]:
        """Conditions on the matches of a search, from the best to all."""
        return self.sought.tiers

    @property
    def category_ids(self) -> list[UUID] | None:
        """The categories that are asked for, of those that there are. Cost: one query, the first time."""
        return None if self.chosen is None else self.chosen.ids

    @property
    def has_several_categories(self) -> bool:
        """Whether more than one category is asked for."""
        return self.chosen is not None and self.chosen.are_several

    def selected(self, selection: Selection) -> Self:
        """Those that `selection` asks for; with words to search for, best match first.

        An empty queryset when the text to search for has no words.

        Cost: one query with several categories, and one with dates; one or two for the words of a search, and one for
        its categories.
        """
        selection = needed(self.db, selection)
        chosen = None if selection.category is None else ChosenCategories(self.db, selection.category)
        # A search has its categories among its words.
        in_categories = [chosen.condition()] if chosen and not selection.search else []
        queryset = where(self.filter(**selection.bounds()), *in_categories)
        queryset.selection, queryset.chosen = selection, chosen
        if not selection.search:
            return queryset
        sought = search.sought(selection.search)
        found = queryset.matching(sought) if sought.tiers else queryset.none()
        return found.none() if queryset.category_ids == [] else found

    def in_any_category(self) -> "ProductQuerySet":
        """The same, whatever the category. Cost: no query."""
        if self.chosen is None:
            return self
        queryset = self.within_bounds()
        queryset.selection = self.selection.in_any_category()
        return self._searched_in(queryset) if self.selection.search else queryset

    def _anywhere(self) -> "ProductQuerySet":
        """What the search finds when it is asked for nothing else."""
        queryset = self.model._default_manager.all()
        queryset.selection = Selection(search=self.selection.search)
        return self._searched_in(queryset)

    def _searched_in(self, queryset: "ProductQuerySet") -> "ProductQuerySet":
        found = queryset.matching(self.sought) if self.tiers else queryset.none()
        found.is_near = self.is_near
        return found

    def within_bounds(self) -> "ProductQuerySet":
        """All within its bounds. Cost: no query."""
        return self.model._default_manager.filter(**self.selection.bounds())

    def in_its_categories(self) -> Self:
        """Those in the categories that are asked for, by the column."""
        return where(self, self.chosen.condition()) if self.chosen else self

    def started(self) -> Self:
        """Those from where the rows begin."""
        return self.filter(self.start) if self.start else self

    def matching(self, sought: Sought) -> Self:
        """Those that are sought, the best first. There must be conditions on them."""
        tiers = sought.tiers
        queryset = self.in_tier(tiers[-1]).annotate(rank=best.rank_in(tiers)).order_by("rank", "-created_at", "-pk")
        queryset.searched, queryset.sought = self, sought
        return queryset

    def in_tier(self, condition: RawSQL) -> Self:
        """Those in the categories that are asked for that fulfil `condition`, which is one on their words."""
        in_categories = [self.chosen.with_words()] if self.chosen and self.chosen.ids else []
        return where(self, condition, *in_categories)

    def near_misses(self) -> "ProductQuerySet | None":
        """Those whose name nearly has the words that are searched for: two as one, one as two, or others like them.

        For a search that finds nothing. None where without its filters it would: these only take away, and what it
        means does not depend on them. Cost: with filters up to four queries for that, four for compounds; see `_meant`.
        """
        if not self.tiers or (not self.selection.is_only_a_search and matches.exist(self._anywhere())):
            return None
        return next((each for each in self._meant() if each.is_near or matches.exist(each._anywhere())), None)

    def _meant(self) -> Iterator["ProductQuerySet"]:
        """What has compounds of the words, whole, and then what has words that are spelled like them.

        Cost: two queries, as for `search.sought` where there are compounds, and then as for `search.sought_nearly`.
        """
        text = self.selection.search
        near = suggestions.near(text)
        as_compounds = suggestions.compounds(text, {word for word, each in near.items() if each.are_slips})
        if as_compounds:
            selection = replace(self.selection, search=as_compounds)
            yield self.instead(selection, search.sought(as_compounds, by_beginnings=False), self.within_bounds())
        if any(each.words for each in near.values()):
            alike = {word: each.words for word, each in near.items()}
            found = self.instead(self.selection, search.sought_nearly(text, alike), self.within_bounds())
            found.is_near = True
            yield found

    def instead(self, selection: Selection, sought: Sought, within: "ProductQuerySet") -> "ProductQuerySet":
        """What is `sought` among the products `within`, in the same categories and order. Cost: as `category_ids`."""
        within.selection, within.chosen = selection, self.chosen
        found = within.matching(sought).order_by(*self.query.order_by)
        if self.category_ids == []:
            found = found.none()
        return found if self.query.standard_ordering else found.reverse()

    def page(self, offset: int, limit: int) -> Page[ProductRow]:
        """`limit` rows from row `offset` on, and how many there are. Near misses, when a search finds nothing.

        Cost: see `plans.page` and `matches.page`; for near misses twice, and see there.
        """
        if self.query.is_empty():
            return Page([], 0)
        if not self.selection.search:
            return Page(*plans.page(self, offset, limit))
        found = matches.page(self, offset, limit)
        near = None if found.count else self.near_misses()
        return found if near is None else matches.page(near, offset, limit)

    def rows_from(self, start: PageStart, limit: int) -> list[ProductRow]:
        """The first rows of those from `start` on; near misses, when a search finds nothing at all.

        Cost: as a page, counting no more than helps to find them; of a search that has no more rows, up to two more,
        and one more for near misses by rank.
        """
        if self.query.is_empty():
            return []
        beginning = self._clone()
        beginning.start = start.condition()
        if not self.selection.search:
            return plans.rows_from_start(beginning, limit)
        rows = matches.page(beginning, 0, limit).rows
        near = None if rows or self.is_near or (start.values and matches.exist(self)) else self.near_misses()
        return rows if near is None else near.rows_from(near._as_ranked_now(start), limit)

    def _as_ranked_now(self, start: PageStart) -> PageStart:
        """`start` with the rank that its row has now: what is most like a word changes as names come and go.

        As it was, where the row is gone itself. Cost: one query, if there is a rank.
        """
        row = start.of_row()
        ranks = self.filter(pk=row["pk"]).values_list("rank", flat=True) if "rank" in row else []
        return next((start.replaced(rank=rank) for rank in ranks), start)

    def facets(self) -> Facets:
        """What a sidebar shows beside the list."""
        return facets(self)
