"""Those who write at once."""

from collections import Counter

from django.db import connection

from tests.conftest import Client, problem
from tests.factories import ProductFactory


def statuses(responses):
    for response in responses:
        if response.status_code >= 400:
            problem(response)
    return Counter(response.status_code for response in responses)


def as_user(user):
    client = Client()
    client.force_authenticate(user)
    return client


def written(user, method, path, body=None, headers=None):
    """The answer to a write, on a connection of its own."""
    try:
        return getattr(as_user(user), method)(path, body, headers=headers)
    finally:
        connection.close()


def insert_product(other_connection, category):
    """Add a product as another writer, who has not committed yet."""
    new = ProductFactory.build(category=category)
    values = [new.pk, "Lamp", "", 1, category.pk, new.created_at, new.created_at]
    columns = "id, name, description, price, category_id, created_at, updated_at"
    with other_connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO products_product ({columns}) VALUES (%s, %s, %s, %s, %s, %s, %s)", values)
