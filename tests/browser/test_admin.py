"""What an editor does in the admin."""

import pytest
from playwright.sync_api import expect

# What is Django's own markup, and mended there or nowhere.
DJANGO = (
    "aria-input-field-name",  # the box for choosing one of many names itself after a value that is not there
    "label-title-only",  # the label of the field for searching is a magnifying glass
    "link-in-text-block",  # breadcrumbs are told from the words between them by a shade
)


@pytest.fixture
def editor(page, passwords):
    """The page of an editor who is in the admin."""
    page.goto("/admin/")
    page.get_by_label("User name or e-mail").fill("editor")
    page.get_by_label("Password").fill(passwords["editor"])
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="Site administration")).to_be_visible()
    return page


def test_the_door_can_be_used_by_everybody(page, accessible):
    page.goto("/admin/")
    expect(page.get_by_label("User name or e-mail")).to_be_visible()
    accessible(page)


def test_an_editor_adds_a_product_finds_it_and_changes_its_price(editor, accessible):
    editor.goto("/admin/products/product/add/")
    editor.get_by_label("Name").fill("Vermilion Kettle")
    editor.get_by_label("Price").fill("12.00")
    editor.locator(".field-category .select2-selection").click()
    editor.locator(".select2-search__field").fill("kitch")
    editor.get_by_role("option", name="Kitchen").click()
    editor.get_by_role("button", name="Save", exact=True).click()
    expect(editor.locator(".messagelist")).to_contain_text("was added successfully")

    editor.locator("#searchbar").fill("vermilion")
    editor.get_by_role("button", name="Search").click()
    accessible(editor, but_for=DJANGO)
    editor.get_by_role("link", name="Vermilion Kettle", exact=True).click()
    accessible(editor, but_for=DJANGO)
    editor.get_by_label("Price").fill("11.50")
    editor.get_by_role("button", name="Save", exact=True).click()
    expect(editor.locator(".messagelist")).to_contain_text("was changed successfully")
    expect(editor.get_by_role("row").filter(has_text="Vermilion Kettle")).to_contain_text("11.50")


def test_a_price_that_is_none_is_said_beside_its_field(editor, accessible):
    editor.goto("/admin/products/product/add/")
    editor.get_by_label("Name").fill("Nothing Much")
    editor.get_by_label("Price").fill("-1")
    editor.get_by_role("button", name="Save", exact=True).click()
    expect(editor.locator(".field-price .errorlist")).to_contain_text("greater than or equal to 0")
    expect(editor.get_by_label("Name")).to_have_value("Nothing Much")
    accessible(editor, but_for=DJANGO)
