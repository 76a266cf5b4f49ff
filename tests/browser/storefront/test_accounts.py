"""Signing up, in and out."""

import re
from uuid import uuid4

from playwright.sync_api import expect

from tests.browser.storefront.pages import heading, sign_in


def test_somebody_signs_up_out_and_in_and_faults_are_beside_their_fields(visit, faults, accessible):
    faults.expect("status of 40[01]")
    name = f"nora{uuid4().hex[:6]}"
    page = visit(view="register")
    page.get_by_label("User name").fill(name)
    page.get_by_label("E-mail").fill("nonsense")
    page.get_by_label("Password").fill("correct horse 9")
    page.get_by_role("button", name="Sign up").click()
    expect(page.locator("#f-email-error")).to_have_text("Enter a valid email address.")
    expect(page.get_by_label("E-mail")).to_be_focused()
    accessible(page)
    page.get_by_label("E-mail").fill(f"{name}@example.com")
    page.get_by_role("button", name="Sign up").click()
    expect(page.locator("#links")).to_contain_text(name)
    page.get_by_role("button", name="Sign out").click()
    page.locator("#links").get_by_role("link", name="Sign in").click()
    sign_in(page, name, "wrong")
    expect(page.get_by_role("alert")).to_have_text("No active account has this name and password.")
    expect(page.get_by_label("User name or e-mail")).to_have_value(name)
    sign_in(page, name, "correct horse 9")
    expect(page.locator("#links")).to_contain_text(name)


def test_two_tabs_at_once_renew_one_after_the_other_and_stay_signed_in(editor, faults):
    faults.expect("status of 401")
    editor.evaluate("""() => {
        const key = Object.keys(localStorage).find((each) => each.startsWith("session "));
        localStorage.setItem(key, JSON.stringify({ ...JSON.parse(localStorage[key]), access: "ended" }));
    }""")
    held = []

    def hold_the_first(route):
        if held:
            # Chromium tells other tabs of a change of localStorage a moment later: then the grace is for this one.
            route.continue_()
        held.append(route)

    editor.context.route("**/api/token/refresh/", hold_the_first)
    editor.get_by_role("link", name="Add a product").click()
    other = editor.context.new_page()
    other.goto(editor.url)
    for tab, name in ((editor, "Renewed Kettle"), (other, "Renewed Pan")):
        tab.get_by_label("Name").fill(name)
        tab.get_by_label("Price").fill("5")
        tab.get_by_label("Category").select_option("kitchen")
        with tab.expect_response(lambda response: response.status == 401):
            tab.get_by_role("button", name="Save").click()
    other.wait_for_timeout(300)
    assert len(held) == 1
    held[0].continue_()
    heading(editor, "Renewed Kettle")
    heading(other, "Renewed Pan")
    expect(other.get_by_role("button", name="Sign out")).to_be_visible()


def test_too_many_attempts_are_counted_down(visit, faults):
    faults.expect("status of 4(01|29)")
    page = visit(view="login")
    button = page.get_by_role("main").get_by_role("button")
    for _ in range(6):
        sign_in(page, "somebody-in-a-hurry", "wrong")
        expect(page.get_by_role("alert")).to_be_visible()
        if button.is_disabled():
            break
    expect(button).to_have_text(re.compile(r"Sign in in \d+ s"))
    before = int(re.search(r"\d+", button.inner_text()).group())
    page.wait_for_timeout(1200)
    assert int(re.search(r"\d+", button.inner_text()).group()) < before
    expect(page.get_by_label("User name or e-mail")).to_have_value("somebody-in-a-hurry")


def test_what_an_editor_typed_is_gone_for_who_signs_in_after(editor, passwords):
    editor.get_by_role("link", name="Add a product").click()
    editor.get_by_label("Name").fill("Secret Lamp")
    editor.get_by_role("button", name="Sign out").click()
    editor.locator("#links").get_by_role("link", name="Sign in").click()
    sign_in(editor, "customer", passwords["customer"])
    editor.get_by_role("link", name="Add a product").click()
    expect(editor.get_by_label("Name")).to_have_value("")


def test_a_session_that_ends_by_itself_keeps_what_was_typed(editor, passwords, faults):
    faults.expect("status of 401")
    editor.get_by_role("link", name="Add a product").click()
    editor.get_by_label("Name").fill("Unfinished Lamp")
    editor.evaluate("""() => {
        const key = Object.keys(localStorage).find((each) => each.startsWith("session "));
        localStorage.setItem(key, JSON.stringify({ access: "ended", refresh: "ended", name: "editor" }));
    }""")
    editor.get_by_role("button", name="Save").click()
    editor.get_by_role("main").get_by_role("link", name="Sign in").click()
    sign_in(editor, "editor", passwords["editor"])
    expect(editor.get_by_label("Name")).to_have_value("Unfinished Lamp")
