"""Objects for tests, in the database."""

from decimal import Decimal

import factory

from products.models import Category, Product
from users.models import User


class UserFactory(factory.django.DjangoModelFactory):
    """A customer. The password is the same for all."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence("user{}".format)
    email = factory.LazyAttribute(lambda user: f"{user.username}@example.com")
    password = factory.django.Password("correct horse 9")


class CategoryFactory(factory.django.DjangoModelFactory):
    """A shelf."""

    class Meta:
        model = Category

    name = factory.Sequence("Category {}".format)
    slug = factory.LazyAttribute(lambda category: category.name.lower().replace(" ", "-"))


class ProductFactory(factory.django.DjangoModelFactory):
    """A product in a category of its own."""

    class Meta:
        model = Product

    name = factory.Sequence("Product {}".format)
    price = Decimal("9.99")
    category = factory.SubFactory(CategoryFactory)
