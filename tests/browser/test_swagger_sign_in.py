"""Every way into the Swagger page's login, and out of it."""

import json
import urllib.request

import pytest
from playwright.sync_api import expect

from tests.browser.swagger import execute, open_swagger, operation, sign_in, signed_in


def tokens(origin, name, passwords):
    body = json.dumps({"username": name, "password": passwords[name]}).encode()
    request = urllib.request.Request(f"{origin}/api/token/", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


@pytest.mark.parametrize("paste", ["{}", "Bearer {}", ' "{}"\n'])
def test_a_pasted_access_token_will_do(page, origin, passwords, paste):
    open_swagger(page)
    page.get_by_role("button", name="Authorize", exact=True).click()
    page.locator(".modal-ux input").fill(paste.format(tokens(origin, "editor", passwords)["access"]))
    page.locator(".modal-ux").get_by_role("button", name="Apply credentials").click()
    page.locator(".modal-ux").get_by_role("button", name="Close").last.click()
    signed_in(page, "editor")
    page.reload()
    signed_in(page, "editor")
    assert execute(operation(page, "Accounts-users_me_read"))[0] == 200


@pytest.mark.parametrize(("kind", "words"), [("refresh", "the refresh token"), ("", "no access token")])
def test_what_is_pasted_and_is_no_access_token_is_refused_in_words(page, origin, passwords, kind, words):
    open_swagger(page)
    page.get_by_role("button", name="Authorize", exact=True).click()
    page.locator(".modal-ux input").fill(tokens(origin, "editor", passwords).get(kind, "secret"))
    page.locator(".modal-ux").get_by_role("button", name="Apply credentials").click()
    expect(page.locator(".modal-ux")).to_contain_text(words)
    expect(page.locator("#signed-in")).to_be_hidden()


def test_a_wrong_password_is_answered_in_the_servers_words_and_what_was_typed_stays(page, faults):
    faults.expect("status of 401")
    open_swagger(page)
    sign_in(page, "nobody", "wrong")
    expect(page.get_by_role("status")).to_have_text("No active account has this name and password.")
    expect(page.get_by_label("User name or e-mail")).to_have_value("nobody")


def test_a_server_that_is_down_is_said_to_be(page, faults):
    faults.expect("net::ERR_FAILED")
    open_swagger(page)
    page.route("**/api/token/", lambda route: route.abort())
    sign_in(page, "nobody", "wrong")
    expect(page.get_by_role("status")).to_have_text("The server does not answer. Is it still running?")


def test_an_access_token_that_is_about_to_end_is_renewed_once_for_all(page, passwords):
    open_swagger(page)
    sign_in(page, "customer", passwords["customer"])
    signed_in(page, "customer")
    page.evaluate(
        """() => {
            const login = JSON.parse(sessionStorage.getItem("swagger-login"));
            sessionStorage.setItem("swagger-login", JSON.stringify({...login, until: 0}));
        }"""
    )
    page.reload()
    renewals = []
    page.on("request", lambda request: renewals.append(request) if request.url.endswith("/refresh/") else None)
    first, second = (operation(page, f"Accounts-users_me_{name}") for name in ("read", "partial_update"))
    first.get_by_role("button", name="Execute").click()
    assert execute(second, {})[0] == 200
    assert execute(first)[0] == 200
    assert len(renewals) == 1
    signed_in(page, "customer")


def test_a_sign_in_that_has_ended_on_the_server_ends_here_too(page, origin, passwords, faults):
    faults.expect("status of 401")
    open_swagger(page)
    sign_in(page, "customer", passwords["customer"])
    signed_in(page, "customer")
    page.evaluate(
        """async () => fetch("/api/token/blacklist/", {
            method: "POST",
            headers: {"Content-Type": "application/json"},
            body: JSON.stringify({refresh: JSON.parse(sessionStorage.getItem("swagger-login")).refresh}),
        })"""
    )
    assert execute(operation(page, "Accounts-users_me_read"))[0] == 401
    expect(page.get_by_role("status")).to_have_text("Your sign-in has ended. Sign in again.")
    expect(page.locator("#sign-in")).to_be_visible()


def test_signing_out_ends_the_login_on_the_server_and_in_the_page(page, origin, passwords):
    open_swagger(page)
    sign_in(page, "customer", passwords["customer"])
    signed_in(page, "customer")
    with page.expect_response("**/api/token/blacklist/") as answer:
        page.get_by_role("button", name="Sign out").click()
    assert answer.value.status == 200
    expect(page.get_by_role("status")).to_have_text("You are signed out.")
    page.reload()
    expect(page.locator("#sign-in")).to_be_visible()
    expect(page.locator("#signed-in")).to_be_hidden()


def test_trying_the_login_operation_signs_in(page, passwords):
    open_swagger(page)
    body = {"username": "customer", "password": passwords["customer"]}
    assert execute(operation(page, "Accounts-token_create"), body)[0] == 200
    signed_in(page, "customer")
