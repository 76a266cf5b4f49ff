import pytest

from tests.conftest import problem

pytestmark = pytest.mark.django_db

ORIGIN = {"origin": "https://shop.example"}


def preflight(api, headers, path="/api/products/"):
    return api.options(
        path,
        headers=ORIGIN | {"access-control-request-method": "PATCH", "access-control-request-headers": headers},
    )


def test_every_origin_may_read_without_credentials(api):
    response = api.get("/api/products/", headers=ORIGIN)
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in response
    exposed = set(response["Access-Control-Expose-Headers"].split(", "))
    assert exposed == {
        *("ETag", "Location", "Retry-After", "X-Request-ID"),
        *("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"),
    }


def test_a_preflight_allows_the_headers_and_methods_of_the_api(api):
    wanted = "authorization, content-type, if-match, if-none-match, idempotency-key, x-request-id"
    response = preflight(api, wanted)
    assert response.status_code == 200
    assert set(wanted.split(", ")) <= set(response["Access-Control-Allow-Headers"].split(", "))
    assert {"GET", "POST", "PUT", "PATCH", "DELETE"} <= set(response["Access-Control-Allow-Methods"].split(", "))


def test_errors_carry_the_headers_too(api):
    for response in (
        api.get("/api/nope/", headers=ORIGIN),
        api.post("/api/products/", {}, headers=ORIGIN),
        api.get("/api/products/", {"nope": 1}, headers=ORIGIN),
        api.get("/api/", headers=ORIGIN | {"host": "evil.example"}),
        api.generic("POST", "/api/token/", b"x" * 2_000_000, content_type="application/json", headers=ORIGIN),
    ):
        problem(response)
        assert response["Access-Control-Allow-Origin"] == "*"


def test_the_origins_can_be_narrowed(api, settings):
    settings.CORS_ALLOW_ALL_ORIGINS = False
    settings.CORS_ALLOWED_ORIGINS = ["https://shop.example"]
    assert api.get("/api/", headers=ORIGIN)["Access-Control-Allow-Origin"] == "https://shop.example"
    assert "Access-Control-Allow-Origin" not in api.get("/api/", headers={"origin": "https://evil.example"})
