"""Answers are what the document says."""

from tests.factories import ProductFactory


def test_real_answers_have_the_documented_shape(api, editor, document):
    product = ProductFactory()
    body = {"name": "Lamp", "price": "3.00", "category": product.category.slug}
    created = editor.post("/api/products/", body)
    for response in (
        api.get("/api/"),
        api.get("/health/live/"),
        api.get("/api/products/"),
        api.get(f"/api/products/{product.pk}/"),
        api.get("/api/categories/"),
        api.get(f"/api/categories/{product.category.slug}/"),
        api.get("/api/products/", {"fields": "id,price"}),
        api.get(f"/api/products/{product.pk}/", {"fields": "category"}),
        api.get("/api/categories/", {"fields": "product_count"}),
        api.get("/api/products/facets/"),
        api.get("/api/products/facets/", {"min_price": "9999"}),
        api.get("/api/products/", {"nope": 1}),
        api.get("/api/products/", {"page": 9}),
        api.post("/api/products/", {}),
        api.post("/api/token/", {"username": "a", "password": "b"}),
        created,
        editor.patch(f"/api/products/{product.pk}/", {"price": "-1"}),
        editor.put(f"/api/products/{product.pk}/", body),
        editor.delete(f"/api/products/{product.pk}/"),
        editor.post("/api/categories/", {"name": "New"}),
        editor.get("/api/users/me/"),
        api.get("/api/users/me/"),
        editor.delete("/api/users/me/", {"current_password": "wrong"}),
    ):
        document.check(response)


def test_registering_and_logging_in_answer_as_documented(api, db, document):
    account = {"username": "nora", "email": "nora@example.com", "password": "correct horse 9"}
    document.check(api.post("/api/register/", account))
    document.check(api.post("/api/register/", account))
    tokens = api.post("/api/token/", account | {"username": "nora"})
    document.check(tokens)
    document.check(api.post("/api/token/refresh/", {"refresh": tokens.json()["refresh"]}))
