"""The tables, which are the peer `textbook`'s own: same columns, same indexes; and the shapes of answers."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    """The base of the tables."""


class Category(Base):
    """A shelf of the shop."""

    __tablename__ = "catalogue_category"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    slug: Mapped[str]


class Product(Base):
    """One thing listed for sale."""

    __tablename__ = "catalogue_product"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    description: Mapped[str]
    price: Mapped[Decimal]
    category_id: Mapped[UUID] = mapped_column(ForeignKey("catalogue_category.id"))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    category: Mapped[Category] = relationship()


class CategoryOut(BaseModel):
    """A category, as it is read."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    slug: str


class ProductOut(BaseModel):
    """A product, as it is read; pydantic writes the price as a string."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    description: str
    price: Decimal
    category: CategoryOut
    created_at: datetime
    updated_at: datetime


class ProductPage(BaseModel):
    """A page of products."""

    count: int
    results: list[ProductOut]


class CategoryPage(BaseModel):
    """A page of categories."""

    count: int
    results: list[CategoryOut]
