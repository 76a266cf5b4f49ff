"""What editors do, and what others are told who try."""

from urllib.error import HTTPError
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.browser.storefront.pages import heading, sign_in


def test_an_editor_is_told_of_a_fault_then_adds_changes_and_deletes(editor, faults, accessible):
    faults.expect("status of 40[04]")
    editor.get_by_role("link", name="Add a product").click()
    name = f"Kettle <b>{uuid4().hex[:6]}</b>"
    editor.get_by_label("Name").fill(name)
    editor.get_by_label("Price").fill("-1")
    editor.get_by_label("Category").select_option("kitchen")
    editor.get_by_role("button", name="Save").click()
    expect(editor.locator("#f-price-error")).to_have_text("Ensure this value is greater than or equal to 0.")
    accessible(editor)
    editor.reload()
    expect(editor.get_by_label("Name")).to_have_value(name)
    editor.get_by_label("Price").fill("30")
    editor.get_by_role("button", name="Save").click()
    heading(editor, name)
    editor.get_by_role("link", name="Edit").click()
    editor.get_by_label("Price").fill("31.50")
    editor.get_by_role("button", name="Save").click()
    expect(editor.locator(".product .price")).to_have_text("31.50")
    editor.get_by_role("link", name="Edit").click()
    editor.get_by_role("button", name="Delete").click()
    accessible(editor)
    editor.get_by_role("button", name="Delete it").click()
    heading(editor, "All products")
    expect(editor.get_by_role("status")).to_have_text("The product is deleted.")


def test_a_conflict_shows_both_versions_and_loses_nothing(editor, visit, call, lamp, faults, accessible):
    faults.expect("status of 412")
    visit(view="edit", id=lamp["id"])
    editor.get_by_label("Name").fill("Mine")
    editor.get_by_label("Description").fill("Typed for an hour.")
    call("PATCH", f"/api/products/{lamp['id']}/", {"name": "Theirs", "price": "99.00"})
    editor.get_by_role("button", name="Save").click()
    box = editor.locator(".versions")
    expect(box).to_contain_text("Mine")
    expect(box).to_contain_text("Theirs")
    expect(editor.get_by_role("heading", name="Somebody changed this product")).to_be_focused()
    expect(editor.get_by_label("Name", exact=True).and_(editor.locator("input"))).to_have_value("Mine")
    expect(editor.locator("#f-price")).to_have_value("99.00")
    accessible(editor)
    editor.get_by_role("button", name="Save").click()
    heading(editor, "Mine")
    saved = call("GET", f"/api/products/{lamp['id']}/")
    assert (saved["name"], saved["description"], saved["price"]) == ("Mine", "Typed for an hour.", "99.00")


def test_whoever_may_not_write_is_told_so_and_keeps_the_text(visit, passwords, faults):
    faults.expect("status of 40[13]")
    page = visit(view="edit")
    page.get_by_label("Name").fill("Wishful Lamp")
    page.get_by_label("Price").fill("1")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("main").get_by_role("link", name="Sign in").click()
    sign_in(page, "customer", passwords["customer"])
    expect(page.get_by_label("Name")).to_have_value("Wishful Lamp")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_have_text("You do not have permission to perform this action.")
    expect(page.get_by_label("Name")).to_have_value("Wishful Lamp")


@pytest.mark.parametrize("drafted", [False, True])
def test_deleting_what_somebody_changed_says_so_and_asks_again(editor, visit, call, lamp, faults, accessible, drafted):
    faults.expect("status of 4(12|04)")
    visit(view="edit", id=lamp["id"])
    expect(editor.get_by_label("Name")).to_have_value(lamp["name"])
    if drafted:
        editor.get_by_label("Name").fill("Mine")
    call("PATCH", f"/api/products/{lamp['id']}/", {"price": "99.00", "description": "W" * 200})
    if drafted:
        editor.reload()
        expect(editor.get_by_label("Name")).to_have_value("Mine")
    editor.get_by_role("button", name="Delete").click()
    editor.get_by_role("button", name="Delete it").click()
    expect(editor.get_by_role("alert")).to_have_text("Somebody has changed this product. Delete it as it is now?")
    expect(editor.get_by_role("dialog")).to_contain_text("Price: 99.00 (it was 12.00)")
    assert editor.get_by_role("dialog").evaluate("dialog => dialog.scrollWidth === dialog.clientWidth")
    accessible(editor)
    editor.get_by_role("button", name="Delete it").click()
    expect(editor.get_by_role("status")).to_have_text("The product is deleted.")
    with pytest.raises(HTTPError, match="404"):
        call("GET", f"/api/products/{lamp['id']}/")
