"""The page at `/`, and where it leads."""

import re

import pytest

from tests.conftest import Client, problem


def links(page):
    return [link.replace("&amp;", "&") for link in re.findall(r'href="(/[^"]*)"', page.content.decode())]


def test_it_says_what_this_is_and_keeps_nothing_in_the_browser(api, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        page = api.get("/")
    assert (page.status_code, page["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "<h1>A shop’s catalogue, over REST.</h1>" in page.content.decode()
    assert (page["Cache-Control"], page.cookies) == ("public, max-age=300", {})
    assert "default-src 'self'" in page["Content-Security-Policy"]
    assert re.findall(r"<script|<style| style=| on\w+=", page.content.decode()) == []


def test_it_answers_head_and_overlooks_parameters(api):
    page, head, marked = api.get("/"), api.head("/"), api.get("/?utm_source=elsewhere")
    assert (head.status_code, head.content, head["Content-Length"]) == (200, b"", str(len(page.content)))
    assert (marked.status_code, marked.content) == (200, page.content)


@pytest.mark.django_db
def test_every_link_leads_somewhere(api):
    found = links(api.get("/"))
    assert {"/api/", "/swagger/", "/redoc/", "/openapi.json", "/postman/collection.json", "/admin/"} <= set(found)
    answers = {link: api.get(link).status_code for link in found if not link.startswith("/static/")}
    assert {link: status for link, status in answers.items() if status not in (200, 302)} == {}


def test_it_leads_to_the_docs_and_the_storefront_where_they_are(api, settings):
    settings.LANDING_LINKS = {"docs": "https://docs.example.com/", "storefront": "https://shop.example.com/?a=1&b=2"}
    page = api.get("/").content.decode()
    assert '<a href="https://docs.example.com/">Tutorial and guides</a>' in page
    assert '<a href="https://shop.example.com/?a=1&amp;b=2">A storefront</a>' in page


@pytest.mark.parametrize("path", ["/", "/favicon.ico"])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_it_is_to_be_read(method, path):
    answer = Client().generic(method, path)
    assert (problem(answer), answer["Allow"]) == ((405, "method_not_allowed"), "GET, HEAD")
