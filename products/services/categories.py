"""Writes of categories. No HTTP in here."""

import re

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError, Q
from slugify import slugify

from products.models import UUID_PATTERN, Category

SLUG_ATTEMPTS = 5


def create_category(*, name: str, slug: str = "") -> Category:
    """The new category, with a free slug made from its name when `slug` is blank.

    Raises: IntegrityError when the name, or the given slug, is taken.
    Cost: one INSERT; one query more for the slug, and both again for each writer that took the same slug meanwhile.
    """
    for attempt in range(SLUG_ATTEMPTS):
        try:
            with transaction.atomic():
                category = Category.objects.create(name=name, slug=slug or free_slug(name))
        except IntegrityError as error:
            if slug or "slug" not in str(error) or attempt == SLUG_ATTEMPTS - 1:
                raise
        else:
            category.product_count = 0
            return category
    raise AssertionError("unreachable")


def free_slug(name: str) -> str:
    """A slug for `name` that no category has: "cafe", "cafe-2", "cafe-3", … Cost: one query."""
    base = slugify(name, max_length=100) or "category"
    if re.fullmatch(UUID_PATTERN, base):
        base = f"category-{base}"  # as it is, it would be taken for an id
    taken = set(Category.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    candidates = [base, *(f"{base}-{number}" for number in range(2, len(taken) + 2))]
    return next(slug for slug in candidates if slug not in taken)


def delete_category(category: Category) -> None:
    """Delete an empty category.

    Raises: ProtectedError when it has products, IntegrityError when one is being added right now; nothing is deleted.
    Cost: two queries. Django's own check would load every product of the category.
    """
    if category.products.exists():
        raise ProtectedError("This category still has products. Move or delete them first.", set())
    category.delete()


def category_named(name: str) -> tuple[Category, bool]:
    """The category with this name, or this slug, and whether it was made for the purpose.

    Raises: IntegrityError when somebody else makes it at the same moment. Cost: one query, three when it is new.
    """
    found = Category.objects.filter(Q(name__iexact=name) | Q(slug=name)).order_by("name").first()
    return (found, False) if found else (create_category(name=name), True)
