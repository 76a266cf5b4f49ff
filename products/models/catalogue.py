"""The catalogue's data and its rules; the database is the last judge."""

from decimal import Decimal
from uuid import UUID

from auditlog.registry import auditlog
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.core.validators import MaxLengthValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from uuid_utils.compat import uuid7

from ecommerce_backend.api.text import UUID_PATTERN, normalize_text, validate_line, validate_multiline
from products.indexing import ProductWords, Signature
from products.models.moments import ChangeMomentField
from products.querysets import BOUNDED, CategoryQuerySet, ProductQuerySet, ProductRow, fetch_product, name_key

DESCRIPTION_MAX_LENGTH = 10_000
SLUG_PATTERN = r"[a-z0-9]+(?:[-_]+[a-z0-9]+)*"


def indexes_of(column: str) -> list[models.Index]:
    """The indexes of an order, of all products and of those in each category; read from either end.

    They include whatever else there may be bounds on: so what lies between bounds is counted, and the ids of its pages
    are found, without a look at the table, however bounds are combined; but for ids by a name that comes second. And of
    words they say which a product cannot have.
    """
    included = [*(each for each in BOUNDED if each != column), "signature"]
    return [
        models.Index(fields=[column, "id"], include=["category", *included], name=f"product_{column}"),
        models.Index(fields=["category", column, "id"], include=included, name=f"product_category_{column}"),
    ]


class Category(models.Model):
    """A shelf of the shop. Found by its slug or its id."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=100, validators=[validate_line])
    slug = models.CharField(
        max_length=120,
        unique=True,
        validators=[
            RegexValidator(rf"\A{SLUG_PATTERN}\Z", "Use lower-case letters, digits, hyphens and underscores."),
            RegexValidator(rf"\A{UUID_PATTERN}\Z", "A slug must not look like an id.", inverse_match=True),
        ],
        error_messages={"unique": "This slug is taken."},
        help_text="The name for URLs. Made from the name when it is not given; does not move when the name changes.",
    )

    objects = CategoryQuerySet.as_manager()

    product_count: int  # on rows that come from `with_product_count`

    class Meta:
        verbose_name_plural = "categories"
        ordering = ["name", "id"]
        constraints = [
            # Accents are one character or two, depending on who typed them: the same name all the same.
            models.UniqueConstraint(
                name_key("name"),
                name="category_name_unique",
                violation_error_code="unique",
                violation_error_message="This category name is taken.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Normalise what a form has filled in."""
        self.name = normalize_text(self.name)


class ProductManager(models.Manager):
    """Products without the columns that only PostgreSQL reads."""

    def get_queryset(self) -> models.QuerySet:
        """All products; `words` and `signature` stay where they are."""
        return super().get_queryset().defer("words", "signature")

    def row(self, pk: UUID) -> ProductRow | None:
        """The product with this key, as reads show it; None when there is none. Cost: one query."""
        return fetch_product(self.db, pk)


class Product(models.Model):
    """One thing listed for sale. Price in the shop currency."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=200, validators=[validate_line])
    description = models.TextField(
        blank=True, default="", validators=[MaxLengthValidator(DESCRIPTION_MAX_LENGTH), validate_multiline]
    )
    price = models.DecimalField(max_digits=10, decimal_places=2, validators=[MinValueValidator(Decimal(0))])
    category = models.ForeignKey(
        Category,
        models.PROTECT,
        related_name="products",
        db_index=False,  # indexes below begin with it
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = ChangeMomentField(auto_now=True)
    # What `search` looks at; kept by PostgreSQL itself. Nobody reads them: see `ProductManager`.
    words = models.GeneratedField(
        expression=ProductWords("name", "category"), output_field=SearchVectorField(), db_persist=True, editable=False
    )
    signature = models.GeneratedField(
        expression=Signature("name"), output_field=models.BigIntegerField(), db_persist=True, editable=False
    )
    # What `import_products --key` recognises a row by: source, column and value. Not part of the API.
    import_key = models.CharField(max_length=300, null=True, blank=True, editable=False)

    objects = ProductManager.from_queryset(ProductQuerySet)()

    class Meta:
        ordering = ["-created_at", "-id"]  # ends in a unique column: pages never overlap
        constraints = [
            models.CheckConstraint(
                name="product_price_not_negative",
                condition=Q(price__gte=0),
                violation_error_message="A price cannot be negative.",
            ),
            models.UniqueConstraint(fields=["import_key"], name="product_import_key_unique"),
        ]
        indexes = [
            # GET /api/products/ in its default order, and each `ordering`; in a ?category=, too.
            *indexes_of("created_at"),
            *indexes_of("updated_at"),
            *indexes_of("price"),
            *indexes_of("name"),
            # None, unless a clock went back: so what is created since then is not looked for among earlier changes.
            models.Index(
                fields=["updated_at"],
                condition=Q(updated_at__lt=F("created_at")),
                name="product_changed_before_created",
            ),
            # ?search=
            GinIndex(fields=["words"], name="product_words", gin_pending_list_limit=1024),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def category_name(self) -> str:
        """Its name, so that a Product is represented as a ProductRow is."""
        return self.category.name

    @property
    def category_slug(self) -> str:
        """Its slug, so that a Product is represented as a ProductRow is."""
        return self.category.slug

    def clean(self) -> None:
        """Normalise what a form has filled in."""
        self.name = normalize_text(self.name)
        self.description = normalize_text(self.description)


# Every change is recorded: by whom, when, from what to what, in which request.
auditlog.register(Category)
auditlog.register(Product, exclude_fields=["updated_at", "import_key", "words", "signature"])
