"""What somebody does on the Swagger page who has never seen the project."""

import json
import re
import urllib.request

import pytest
from playwright.sync_api import expect

EXPIRED = "access.until = 0; sessionStorage.setItem('swagger-login', JSON.stringify(access))"


def open_swagger(page):
    page.goto("/swagger/")
    expect(page.locator(".opblock").first).to_be_visible()


def sign_in(page, name, password):
    page.get_by_label("User name or e-mail").fill(name)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def signed_in(page, name):
    expect(page.locator("#signed-in")).to_contain_text(f"Signed in as {name}")


def operation(page, name):
    """The operation, unfolded and ready to be tried."""
    block = page.locator(f"[id='operations-{name}']")
    block.locator(".opblock-summary-control").click()
    block.get_by_role("button", name="Try it out").click()
    return block


def execute(block, body=None):
    """Status and body of the answer."""
    if body is not None:
        block.locator("textarea").fill(json.dumps(body))
    block.get_by_role("button", name="Execute").click()
    answer = block.locator(".live-responses-table .response").first
    status = answer.locator(".response-col_status").inner_text()
    return int(re.match(r"\d+", status).group()), answer.locator("pre.microlight").first.inner_text()


def tokens(origin, name, passwords):
    body = json.dumps({"username": name, "password": passwords[name]}).encode()
    request = urllib.request.Request(f"{origin}/api/token/", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def test_a_newcomer_registers_signs_in_reloads_and_reads_who_they_are(page):
    open_swagger(page)
    account = {"username": "nora", "email": "nora@example.com", "password": "correct horse 9"}
    assert execute(operation(page, "Accounts-register_create"), account)[0] == 201
    sign_in(page, "Nora@Example.com", "correct horse 9")
    signed_in(page, "nora")
    page.reload()
    signed_in(page, "nora")
    status, body = execute(operation(page, "Accounts-users_me_read"))
    assert (status, json.loads(body)["email"]) == (200, "nora@example.com")


def test_an_editor_signs_in_reloads_and_adds_a_product(page, passwords):
    open_swagger(page)
    sign_in(page, "editor", passwords["editor"])
    signed_in(page, "editor")
    page.reload()
    block = operation(page, "Products-products_create")
    status, body = execute(block, {"name": "Zirconium Lamp", "price": "35.50", "category": "lighting"})
    assert (status, json.loads(body)["name"]) == (201, "Zirconium Lamp")


def test_the_example_body_is_good_as_it_stands(page, passwords):
    open_swagger(page)
    sign_in(page, "editor", passwords["editor"])
    signed_in(page, "editor")
    assert execute(operation(page, "Products-products_create"))[0] == 201


def test_whoever_may_not_write_is_told_so_in_the_shape_of_every_error(page, passwords, faults):
    faults.expect("status of 40[13]")
    open_swagger(page)
    block = operation(page, "Products-products_create")
    status, body = execute(block)
    assert (status, json.loads(body)["code"]) == (401, "not_authenticated")
    sign_in(page, "customer", passwords["customer"])
    signed_in(page, "customer")
    block.get_by_role("button", name="Clear").click()
    status, body = execute(block)
    assert (status, json.loads(body)["code"]) == (403, "permission_denied")


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
    page.evaluate(f"const access = JSON.parse(sessionStorage.getItem('swagger-login')); {EXPIRED}")
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


def test_swagger_can_be_used_by_everybody(page, passwords, accessible, faults):
    faults.expect("status of 401")
    open_swagger(page)
    for name in ("products_list", "products_create", "products_delete"):
        operation(page, f"Products-{name}")
    execute(page.locator("[id='operations-Products-products_list']"))
    execute(page.locator("[id='operations-Products-products_create']"))
    page.locator(".models-control").click()
    accessible(page)
    page.get_by_role("button", name="Authorize", exact=True).click()
    accessible(page, context=".modal-ux")
    page.locator(".modal-ux").get_by_role("button", name="Close").last.click()
    sign_in(page, "editor", passwords["editor"])
    signed_in(page, "editor")
    accessible(page, context=".account")


def test_the_address_of_an_operation_opens_it_in_sight(page):
    page.goto("/swagger/#/Products/products_create")
    block = page.locator("[id='operations-Products-products_create']")
    expect(block.get_by_role("button", name="Try it out")).to_be_in_viewport()
    expect(block.locator(".opblock-summary")).to_be_in_viewport(ratio=1)
    assert block.bounding_box()["y"] >= page.locator(".account").bounding_box()["height"]


def test_swagger_shows_a_picture_of_itself(new_page, passwords, take_picture):
    page = new_page(viewport={"width": 1100, "height": 860})
    open_swagger(page)
    sign_in(page, "editor", passwords["editor"])
    signed_in(page, "editor")
    operation(page, "Products-products_create")
    page.locator(".opblock-tag-section:has([id='operations-tag-Products'])").evaluate("part => part.scrollIntoView()")
    take_picture(page, "swagger")


def test_swagger_fits_a_phone(new_page):
    page = new_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    open_swagger(page)
    operation(page, "Products-products_create")
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_redoc_opens_without_asking_another_site(page, origin, accessible):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/redoc/")
    expect(page.get_by_role("heading", name="Add a product")).to_be_visible()
    page.get_by_placeholder("Search").fill("product")
    expect(page.get_by_role("search").get_by_text("Add a product").first).to_be_visible()
    accessible(page)
    assert [url for url in asked if not url.startswith((origin, "data:", "blob:"))] == []
