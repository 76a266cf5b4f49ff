"""The peer `fastapi`: FastAPI, SQLAlchemy 2 and asyncpg, asking PostgreSQL what the peer `textbook` asks."""

import os
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Annotated, Any
from urllib.parse import unquote
from uuid import UUID

from fastapi import Depends, FastAPI, HTTPException, Query
from models import Category, CategoryPage, Product, ProductOut, ProductPage
from sqlalchemy import Select, func, make_url, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import contains_eager, joinedload

PAGE_SIZE = 20
ORDERINGS = {
    "price": [Product.price, Product.id],
    "-price": [Product.price.desc(), Product.id.desc()],
    "created_at": [Product.created_at, Product.id],
    "-created_at": [Product.created_at.desc(), Product.id.desc()],
}

_given = make_url(os.environ["DATABASE_URL"])
engine = create_async_engine(
    _given.set(drivername="postgresql+asyncpg", host=unquote(_given.host or "localhost")),
    pool_size=8,
    connect_args={"server_settings": {"search_path": "textbook"}},
)
sessions = async_sessionmaker(engine, expire_on_commit=False)
app = FastAPI()


async def session() -> AsyncIterator[AsyncSession]:
    """A session for one request."""
    async with sessions() as opened:
        yield opened


Session = Annotated[AsyncSession, Depends(session)]
Page = Annotated[int, Query(ge=1)]


@app.get("/api/products/")
async def list_products(
    db: Session,
    category: str | None = None,
    min_price: Decimal | None = None,
    max_price: Decimal | None = None,
    search: str = "",
    ordering: str = "",
    page: Page = 1,
) -> ProductPage:
    """A page of the products that the parameters ask for, and how many there are."""
    conditions = [Product.name.icontains(word, autoescape=True) for word in search.split()]
    if category is not None:
        conditions.append(Category.slug == category)
    if min_price is not None:
        conditions.append(Product.price >= min_price)
    if max_price is not None:
        conditions.append(Product.price <= max_price)
    counted = select(func.count()).select_from(Product).where(*conditions)
    if category is not None:
        counted = counted.join(Product.category)
    rows = select(Product).join(Product.category).options(contains_eager(Product.category)).where(*conditions)
    rows = rows.order_by(*ORDERINGS.get(ordering, [Product.created_at.desc()]))
    return ProductPage.model_validate(await _page(db, counted, rows, page), from_attributes=True)


@app.get("/api/products/{product_id}/")
async def read_product(db: Session, product_id: UUID) -> ProductOut:
    """One product."""
    found = await db.get(Product, product_id, options=[joinedload(Product.category)])
    if found is None:
        raise HTTPException(404)
    return ProductOut.model_validate(found)


@app.get("/api/categories/")
async def list_categories(db: Session, page: Page = 1) -> CategoryPage:
    """A page of categories, by name."""
    counted, rows = select(func.count()).select_from(Category), select(Category).order_by(Category.name)
    return CategoryPage.model_validate(await _page(db, counted, rows, page), from_attributes=True)


async def _page(db: AsyncSession, counted: Select, rows: Select, page: int) -> dict[str, Any]:
    count = await db.scalar(counted)
    found = await db.scalars(rows.offset((page - 1) * PAGE_SIZE).limit(PAGE_SIZE))
    return {"count": count, "results": list(found)}
