"""How a query string becomes SQL.

A product is found when every word of the query is in its name: whole, inflected, or as the beginning of a word, without
regard to case and accents. When no product is, words that are joined, parted or spelled nearly so take their place.

What a row is searched by is in `indexing`, what the words of a query are there in `words` and `completions`.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from operator import attrgetter
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import BooleanField
from django.db.models.expressions import RawSQL

from products.completions import Completions, TermQuery, completions, fewest, term_query
from products.indexing import CATEGORY_MARK, NUMBER_MARK
from products.words import Word, analysed, as_written, by_word, has_marks, in_catalogue

# The index collects every row that has a word which begins so, however few of them other words leave over. So it looks
# for no more than two such beginnings, those with the fewest words, and for none beside a word that one product in a
# hundred has at most; the rest are looked for in the rows it finds.
MOST_BEGINNINGS = 2
RARE = 100

# What a row has to fulfil, in SQL by hand: it is part of every search, and lookups that say the same take far longer.
_IN_INDEX = "products_product.words @@ %s::tsquery"
_IN_ROW = "ts_match_vq(products_product.words, %s::tsquery)"  # says the same, and is not looked for in the index
_LENGTH = "(SELECT sum(cardinality(array_positions(weights, 'A'))) FROM unnest(products_product.words))"  # in words
_SPELLED_SO = "lower(products_product.name) = lower(%s)"
_IN_SIGNATURE = "(products_signature(%s::text[]) & ~products_product.signature) = 0"
_BOOLEAN = BooleanField()


def condition(sql: str, *params: Any) -> RawSQL:
    """A condition on products in SQL."""
    return RawSQL(sql, params, _BOOLEAN)  # noqa: S611 - constants, and parameters


NOTHING = condition("false")


class Sought(NamedTuple):
    """What a query finds. `tiers`: conditions on a match, the best first.

    The name is the query, marks and all, which is asked only of a query that has some; it has the same words, but for
    case and accents, and no others; every word of the query stands in the name; they do, inflected; or they begin words
    there. The last one says of all matches what they have. NOTHING is where there can be none; there are no conditions
    without words.
    """

    tiers: list[RawSQL]
    stems: list[str] = []  # where the matches are those that have one of these: see `completions.Completions`
    at_most: int | None = None  # so many products match in all categories, where it is known; of one stem exactly
    better: int | None = None  # so many at most in all tiers but the last
    everything: int = 0  # so many products there are
    names: int = 1  # so many of the tiers have names that are the query
    stems_by_word: list[list[str]] = []  # a match has a stem of each of these; there are none for other words


def sought(text: str, *, by_beginnings: bool = True) -> Sought:
    """What the query `text` finds; without `by_beginnings` whole words and their inflections alone, as of compounds.

    Cost: one query, and another for words that are new to this process.
    """
    found = analysed(text)
    if not found:
        return Sought([])
    known = completions(found)
    finding = [*map(term_query, found, known)]
    # What has a word that is in no name at all finds nothing.
    whole = all(each.has_word for each in known)
    inflected = all(each.has_word or each.has_stem for each in known)
    names = _are_name(text, whole=whole)
    inflections = condition(_IN_INDEX, " & ".join(word.inflected for word in found)) if inflected else NOTHING
    beginnings = _every(finding, known[0].everything) if all(each.is_something for each in known) else NOTHING
    # Whether nothing but inflections begins so: then one condition says both.
    is_inflected = all(each.only_stem in word.stems for word, each in zip(found, known, strict=True))
    last = [beginnings] if is_inflected else [inflections, beginnings] if by_beginnings else [inflections]
    return Sought(
        [*names, _have_whole(found) if whole else NOTHING, *last],
        stems=known[0].stems if len(found) == 1 and (is_inflected or by_beginnings) else [],
        at_most=fewest(each.at_most for each in finding),
        better=min((each.inflections for each in known if each.inflections is not None), default=None),
        everything=known[0].everything,
        names=len(names),
        stems_by_word=[each.stems for each in known if each.stems],
    )


def sought_nearly(text: str, near: Mapping[str, Sequence[str]]) -> Sought:
    """What words find that are spelled nearly so. `near`: for every word of the query, those most like it, in order.

    The best match is what the query finds when each word that is in no name is the one most like it. Then each may be
    one of the two most like it, and so on, or an inflection; last, words that are in names may be others, too. There
    must be a word that is like another. Cost: one query, and one for likes that are new to this process.
    """
    exact = analysed(text)
    likes = in_catalogue([near[word] for word, found in by_word(text).items() if found])
    every = [*exact, *chain(*likes)]
    known = dict(zip(every, completions(every), strict=True))
    there = [known[word].is_something for word in exact]
    alike = list(zip(exact, likes, there, strict=True))
    nearest = [word if is_there or not others else others[0] for word, others, is_there in alike]
    everything = known[every[0]].everything
    as_name = dict(zip(exact, nearest, strict=True))
    is_name = _is_name([as_name.get(word, word) for word in as_written(text)])
    tiers = [NOTHING, NOTHING] if all(there) else [is_name, _have_whole(nearest)]
    tiers += [
        _every([_nearly(word, others[: width[is_there]], known) for word, others, is_there in alike], everything)
        for width in _widths([(len(others), is_there) for _, others, is_there in alike])
    ]
    stems, at_most = _of_one_stem(likes[0], known) if there == [False] else ([], None)
    return Sought(tiers, stems, at_most, better=at_most, everything=everything)


def _widths(numbers: Sequence[tuple[int, bool]]) -> list[tuple[int, int]]:
    """How many to take of what is like a word that is in no name, and like one that is there, from tier to tier.

    `numbers`: how many are like each word, and whether it is there.
    """
    of_missing = max((number for number, is_there in numbers if not is_there), default=0)
    of_there = max((number for number, is_there in numbers if is_there), default=0)
    return [*((n, 0) for n in range(1, of_missing + 1)), *((of_missing, n) for n in range(1, of_there + 1))]


def may_have(stems_by_word: Sequence[Sequence[str]]) -> RawSQL:
    """The condition that nothing in the signature of a product speaks against its having a stem of each of these."""
    either = [" OR ".join([_IN_SIGNATURE] * len(stems)) for stems in stems_by_word]
    return condition(" AND ".join(f"({each})" for each in either), *([stem] for stem in chain(*stems_by_word)))


def matches_in(categories: Iterable[UUID]) -> RawSQL:
    """The condition that a product is in one of `categories`, as the index of words has it. There must be one."""
    return condition(_IN_INDEX, " | ".join(f"'{CATEGORY_MARK}{category}'" for category in categories))


def _of_one_stem(alike: Sequence[Word], known: Mapping[Word, Completions]) -> tuple[list[str], int | None]:
    """The stem of all these words, and how many products have it, where what they find is what has it."""
    found = {(known[word].only_stem or "", known[word].products) for word in alike}
    if len(found) != 1:
        return [], None
    [(stem, number)] = found
    return ([stem], number) if any(stem in (word.lexeme, *word.stems) for word in alike) else ([], None)


def _nearly(word: Word, others: Sequence[Word], known: Mapping[Word, Completions]) -> TermQuery:
    """This word, or others."""
    itself = term_query(word, known[word])
    # Keyed by what they match: words that are alike often match the same rows, and each would count them again.
    numbers = {other.inflected: known[other].inflections for other in others}
    if known[word].is_something:
        numbers[itself.matching] = itself.at_most
    at_most = None if None in numbers.values() else sum(filter(None, numbers.values()))
    matching = " | ".join([itself.matching, *(other.inflected for other in others)])
    return itself._replace(matching=f"({matching})", at_most=at_most)


def _are_name(text: str, *, whole: bool) -> list[RawSQL]:
    """The name is the query: to the letter, if that is more than its words; or it has the same words.

    As many for the same text, whatever names there are: cursors count them. `whole`: whether names have the words.
    """
    has_words = _is_name(as_written(text)) if whole else NOTHING
    if not has_marks(text):
        return [has_words]
    to_the_letter = condition(f"{has_words.sql} AND {_SPELLED_SO}", *has_words.params, text)
    return [NOTHING if has_words is NOTHING else to_the_letter, has_words]


def _have_whole(found: Sequence[Word]) -> RawSQL:
    """These words stand in the name as they are."""
    return condition(_IN_INDEX, " & ".join(word.literal for word in found))


def _is_name(found: Sequence[Word]) -> RawSQL:
    """The name has these words one after the other, and no others."""
    lexemes = {word.lexeme for word in found}
    if None in lexemes:
        return NOTHING
    literals = [word.literal for word in found]
    all_of_it = " & ".join([*dict.fromkeys(literals), f"'{NUMBER_MARK}{len(lexemes)}'"])
    return condition(f"{_IN_INDEX} AND {_IN_ROW} AND {_LENGTH} = %s", all_of_it, " <-> ".join(literals), len(found))


def _every(finding: Sequence[TermQuery], everything: int) -> RawSQL:
    """All of it: most by the index, the rest in the rows that it finds."""
    ordered = [each.matching for each in sorted(finding, key=attrgetter("unlisted"))]
    at_most = fewest(each.at_most for each in finding)
    is_rare = at_most is not None and at_most * RARE <= everything
    last = max(1, sum(not each.unlisted for each in finding) + (0 if is_rare else MOST_BEGINNINGS))
    indexed, rest = ordered[:last], ordered[last:]
    if not rest:
        return condition(_IN_INDEX, " & ".join(indexed))
    return condition(f"{_IN_INDEX} AND {_IN_ROW}", " & ".join(indexed), " & ".join(rest))
