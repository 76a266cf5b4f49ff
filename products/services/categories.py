"""Writes of categories. No HTTP in here."""

import re

from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError
from slugify import slugify

from ecommerce_backend.api.text import is_uuid
from products.models import Category

# Any number, the same for every writer: of those whose slugs differ by no more than the number at their end, one looks
# for a free one at a time, so that two never find the same. Others do not wait, least of all for an import of minutes.
SLUG_LOCK = 7_201_502
# Left out, as Django's own slugify does: "Men's fashion" is "mens-fashion".
_APOSTROPHES = [(mark, "") for mark in "'\u2019\u02bc"]


def create_category(*, name: str, slug: str = "") -> Category:
    """The new category, with a free slug made from its name when `slug` is blank.

    Raises: IntegrityError when the name, or the given slug, is taken.
    Cost: one INSERT; for a slug of its own two queries more, and a lock that is kept until the transaction ends; all of
    it again when somebody names that slug on purpose at the same moment.
    """
    try:
        category = _insert(name, slug)
    except IntegrityError:
        if slug:
            raise
        category = _insert(name, slug)  # which says so again if it is the name that is taken
    category.product_count = 0
    return category


def _insert(name: str, slug: str) -> Category:
    with transaction.atomic():
        return Category.objects.create(name=name, slug=slug or free_slug(name))


def free_slug(name: str) -> str:
    """A slug for `name` that no category has: "cafe", "cafe-2", "cafe-3", … Call it in a transaction.

    It stays free until the transaction ends, unless somebody names it on purpose. Cost: two queries, one for a lock.
    """
    base = slugify(name, max_length=100, replacements=_APOSTROPHES) or "category"
    if is_uuid(base):
        base = f"category-{base}"  # as it is, it would be taken for an id
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [SLUG_LOCK, re.sub(r"(-[0-9]+)+$", "", base)])
    taken = set(Category.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    candidates = [base, *(f"{base}-{number}" for number in range(2, len(taken) + 2))]
    return next(slug for slug in candidates if slug not in taken)


def delete_category(category: Category) -> None:
    """Delete an empty category.

    Raises: ProtectedError when it has products, IntegrityError when one is being added right now; nothing is deleted.
    Cost: one query more than Django's own check, which would load every product of the category.
    """
    if category.products.exists():
        raise ProtectedError("This category still has products.", set())
    category.delete()


def get_or_create_category(name: str) -> tuple[Category, bool]:
    """The category with this name, or else with this slug, and whether it was made for the purpose.

    Raises: IntegrityError when somebody takes the name, and gives it up again, at the same moment.
    Cost: one query, five when it is new, and five more when somebody else makes it at the same moment.
    """
    named = Category.objects.named(name, slug=name)
    if found := named.first():
        return found, False
    try:
        return create_category(name=name), True
    except IntegrityError:
        if found := named.first():  # made by somebody else at the same moment
            return found, False
        raise


def hold_category(category: Category) -> bool:
    """Keep it from being deleted until the end of the transaction; False when it has been. Cost: one query.

    Its name may be changed meanwhile. Foreign keys are looked at when a transaction ends, which is late for one that
    has been loading for minutes.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM products_category WHERE id = %s FOR KEY SHARE", [category.pk])
        return cursor.rowcount > 0
