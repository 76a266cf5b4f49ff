from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import actions
from django.db.models import QuerySet
from django.db.models.functions import Greatest
from django.forms import ModelForm, NumberInput
from django.http import HttpRequest, HttpResponse

from ecommerce_backend.api.admin import OptimisticLockAdmin, OptimisticLockForm
from ecommerce_backend.api.text import normalize_text
from products import services
from products.filters import SEARCH_MAX_LENGTH
from products.form_fields import PriceFormField
from products.models import Category, Product
from products.querysets import Selection

MOST_DELETED = 200  # products at once: as many as "Show all" shows; Django's page lists them all, and sends them back


class CategoryForm(OptimisticLockForm):
    """A category, whose slug may be left to the server, as by the API."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:  # it is not, for those who may only look
            self.fields["slug"].required = False

    def clean_slug(self) -> str:
        """On a change, a blank slug leaves the old one."""
        return self.cleaned_data["slug"] or self.instance.slug


@admin.register(Category)
class CategoryAdmin(OptimisticLockAdmin):
    """The shelves, with how much is on each."""

    list_display = ["name", "slug", "product_count"]
    search_fields = ["name"]
    form = CategoryForm

    def get_queryset(self, request: HttpRequest) -> QuerySet[Category]:
        """With the counts, in one query."""
        categories: Any = super().get_queryset(request)
        return categories.with_product_count()

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Not the one that deletes: Django's own page would list every product of all of them."""
        return {name: each for name, each in super().get_actions(request).items() if name != "delete_selected"}

    def save_model(self, request: HttpRequest, obj: Category, form: ModelForm, change: bool) -> None:
        """Make a new one as the API does, with a slug."""
        if change:
            super().save_model(request, obj, form, change)
        else:
            obj.pk = services.create_category(name=obj.name, slug=obj.slug).pk

    @admin.display(description="products", ordering="product_count")
    def product_count(self, category: Category) -> int:
        """How many products are in it."""
        return category.product_count

    def has_delete_permission(self, request: HttpRequest, obj: Category | None = None) -> bool:
        """Not while it has products: Django's own page would list every one of them."""
        return super().has_delete_permission(request, obj) and (obj is None or not obj.products.exists())


class ProductForm(OptimisticLockForm):
    """A product, with its price read as the API reads it."""

    price = PriceFormField(widget=NumberInput(attrs={"step": "0.01"}))


def _sorted(queryset: Any) -> QuerySet[Product]:
    """The same order, by an expression that no index has: the greater of two that are the same.

    To find sofas by price the planner would walk along the index of prices, past all that is cheaper. The page counts
    all matches anyway, and to sort them takes about as long.
    """
    first, *others = queryset.query.order_by or queryset.model._meta.ordering
    column = first.removeprefix("-")
    if column == "category":  # by its name, which no index has beside a product
        return queryset
    found = Greatest(column, column)
    return queryset.order_by(found.desc() if first.startswith("-") else found, *others)


@admin.register(Product)
class ProductAdmin(OptimisticLockAdmin):
    """What is for sale."""

    list_display = ["name", "category", "price", "created_at", "updated_at"]
    list_filter = ["category"]
    plain_lookups = frozenset({"category__id__exact", "category__isnull"})
    list_select_related = ["category"]
    list_max_show_all = MOST_DELETED
    search_fields = ["name"]
    search_help_text = "Words, or beginnings of words, of the name"
    form = ProductForm
    readonly_fields = ["id", "created_at", "updated_at"]
    autocomplete_fields = ["category"]
    actions = ["delete_selected"]
    show_full_result_count = False  # a second count of the whole table

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[QuerySet[Product], bool]:
        """What the API's search finds, near misses too, in the order of the page. Cost: as there; all are sorted."""
        if not search_term:
            return queryset, False
        # What a search means does not depend on the filters beside it.
        everywhere = Product.objects.selected(Selection(search=normalize_text(search_term)[:SEARCH_MAX_LENGTH]))
        near = None if everywhere.exists() else everywhere.near_misses()
        tiers = everywhere.tiers if near is None else near.tiers
        return _sorted(queryset.in_tier(tiers[-1])) if tiers else queryset.none(), False

    @admin.action(permissions=["delete"], description="Delete selected %(verbose_name_plural)s")
    def delete_selected(self, request: HttpRequest, queryset: QuerySet[Product]) -> HttpResponse | None:
        """Django's page, for as many as it can list; a message for more. Cost: one query more, which counts them."""
        count = queryset.count()
        if count <= MOST_DELETED:
            return actions.delete_selected(self, request, queryset)
        advice = "Narrow the list by a search or a category, or select them a page at a time."
        message = f"{count:,} products are selected, and at most {MOST_DELETED} are deleted at once. {advice}"
        self.message_user(request, message, messages.ERROR)
        return None

    def save_model(self, request: Any, obj: Product, form: ModelForm, change: bool) -> None:
        """Write when something changed: `updated_at` means what it says."""
        if form.changed_data or not change:
            super().save_model(request, obj, form, change)
