"""The picture of a product: GET /api/products/{id}/picture.svg."""

from uuid import UUID, uuid4
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from products.models import Product
from products.pictures import draw_picture, initials
from tests.conftest import faults, problem
from tests.factories import CategoryFactory, ProductFactory

SVG = "{http://www.w3.org/2000/svg}"
YEAR = "public, max-age=31536000, immutable"
IDS = UUID(int=1), UUID(int=2)


@pytest.fixture
def lamp(db):
    return ProductFactory(name='Brass "Desk" Lamp <b>&amp;</b>')


def url(product):
    return f"/api/products/{product.pk}/picture.svg"


def version(api, product):
    return api.get(f"/api/products/{product.pk}/").json()["updated_at"]


def titles(svg):
    return [title.text for title in ElementTree.fromstring(svg).iter(f"{SVG}title")]


def test_the_picture_is_svg_under_the_policy_and_has_the_name_as_its_title(api, lamp):
    answer = api.get(url(lamp))
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/svg+xml")
    assert "default-src 'self'" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert titles(answer.content) == [lamp.name]


def test_it_costs_one_query(api, lamp, django_assert_num_queries):
    with django_assert_num_queries(1):
        api.get(url(lamp))


def test_it_is_kept_for_a_year_under_the_address_of_the_state_that_it_shows(api, lamp):
    old = version(api, lamp)
    assert api.get(url(lamp), {"v": old})["Cache-Control"] == YEAR
    lamp.name = "Steel Lamp"
    lamp.save()
    assert version(api, lamp) != old
    assert api.get(url(lamp), {"v": old})["Cache-Control"] == "public, no-cache"
    assert api.get(url(lamp), {"v": version(api, lamp)})["Cache-Control"] == YEAR


def test_without_a_state_it_is_asked_for_again_and_unchanged_until_the_product_is(api, lamp):
    first = api.get(url(lamp))
    assert first["Cache-Control"] == "public, no-cache"
    again = api.get(url(lamp), HTTP_IF_NONE_MATCH=first["ETag"])
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert "Content-Length" not in again  # which would be that of the picture
    lamp.name = "Steel Lamp"
    lamp.save()
    changed = api.get(url(lamp), HTTP_IF_NONE_MATCH=first["ETag"])
    assert (changed.status_code, titles(changed.content)) == (200, ["Steel Lamp"])


def test_a_category_that_gets_another_name_leaves_it_as_it_is(api, lamp):
    before = api.get(url(lamp))["ETag"]
    lamp.category.name = "Elsewhere"
    lamp.category.save()
    assert api.get(url(lamp))["ETag"] == before


@pytest.mark.parametrize("of", [str(uuid4()), "nonsense", "-" * 36, "%00", "%25", "0" * 40])
def test_of_what_is_not_there_is_404(api, db, of):
    assert problem(api.get(f"/api/products/{of}/picture.svg")) == (404, "not_found")


def test_an_address_has_the_id_as_answers_have_it_with_or_without_hyphens(api, lamp):
    for of in (lamp.pk, lamp.pk.hex, str(lamp.pk).upper()):
        assert api.get(f"/api/products/{of}/picture.svg").status_code == 200
    for of in (f"urn:uuid:{lamp.pk}", f"{{{lamp.pk}}}", f"----{lamp.pk.hex}"):
        assert problem(api.get(f"/api/products/{of}/picture.svg")) == (404, "not_found")
        assert problem(api.get(f"/api/products/{of}/")) == (404, "not_found")


def test_other_parameters_and_a_second_state_are_refused(api, lamp):
    assert faults(api.get(url(lamp), {"size": "4"})) == {"size": ["unknown_parameter"]}
    assert faults(api.get(f"{url(lamp)}?v=1&v=2")) == {"v": ["repeated"]}


def test_it_can_only_be_read(api, lamp):
    for method in ("post", "put", "patch", "delete"):
        answer = getattr(api, method)(url(lamp))
        assert problem(answer) == (405, "method_not_allowed")
        assert answer["Allow"] == "GET, HEAD, OPTIONS"
    assert api.options(url(lamp)).status_code == 200
    assert api.head(url(lamp))["ETag"] == api.get(url(lamp))["ETag"]
    assert Product.objects.get() == lamp


def test_a_broken_token_does_not_break_it(bad_token, lamp):
    assert bad_token.get(url(lamp)).status_code == 200


def test_pictures_have_a_limit_of_their_own(api, lamp, settings):
    settings.THROTTLE_RATES = settings.THROTTLE_RATES | {"picture": (2, 60), "anon": (100, 60)}
    assert [api.get(url(lamp)).status_code for _ in range(3)] == [200, 200, 429]
    assert api.get("/api/products/")["RateLimit-Remaining"] == "99"


def test_it_is_documented_as_what_it_is(document):
    operation = document.operation("GET", f"/api/products/{uuid4()}/picture.svg")
    assert operation["produces"] == ["image/svg+xml", "application/problem+json"]
    assert operation["responses"]["200"]["schema"] == {"type": "file"}
    assert set(operation["responses"]) == {"200", "304", "400", "404", "429", "503"}
    assert [each["name"] for each in operation["parameters"]] == ["v", "If-None-Match"]


def test_the_same_product_has_the_same_picture_and_others_have_others():
    one, other = IDS
    assert draw_picture(one, "Lamp", other) == draw_picture(one, "Lamp", other)
    assert len({draw_picture(*of) for of in ((one, "Lamp", one), (other, "Lamp", one), (one, "Bulb", one))}) == 3


def test_categories_differ_in_their_shapes():
    assert len({draw_picture(IDS[0], "Lamp", UUID(int=number)) for number in range(100)}) == 6


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Brass Desk Lamp", "BD"),
        ('14" Laptop', "1L"),
        ("<script>alert(1)</script>", "S"),
        ("straße", "S"),
        ("ßig", "S"),
        ("שלום עולם", "שע"),
        ("🎉 👩‍👩‍👧 Party", "P"),
        ("🎉", ""),
        ("\u200bzero \u202eright", "ZR"),
    ],
)
def test_the_initials_are_letters_or_digits(name, expected):
    assert initials(name) == expected


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("<script>alert('x')</script>", "<script>alert('x')</script>"),
        (']]><!-- &nbsp; "', ']]><!-- &nbsp; "'),
        ("a\x00b\x1bc\ufffed", "a\ufffdb\ufffdc\ufffdd"),
        ("abc\u202edef", "abc\ufffddef"),
        ("🎉 שלום", "🎉 שלום"),
        ("ab" * 100, "ab" * 100),
    ],
)
def test_the_title_is_the_name_or_as_much_of_it_as_xml_can_hold(name, shown):
    assert titles(draw_picture(IDS[0], name, IDS[1])) == [shown]


@given(st.uuids(), st.text(max_size=200), st.uuids())
def test_whatever_the_product_is_the_picture_is_one_document_without_a_script(product, name, category):
    root = ElementTree.fromstring(draw_picture(product, name, category))
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert tags <= {"svg", "title", "defs", "linearGradient", "stop", "rect", "g", "circle", "path", "text"}


def test_moving_it_to_another_category_changes_its_state(api, editor, lamp):
    old = version(api, lamp)
    editor.patch(f"/api/products/{lamp.pk}/", {"category": CategoryFactory(slug="other").slug})
    assert version(api, lamp) != old
