"""What somebody does on the Swagger page who has never seen the project."""

import json

from playwright.sync_api import expect

from tests.browser.swagger import execute, open_swagger, operation, sign_in, signed_in


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
