"""What somebody does with the Swagger page."""

import json
import re

from playwright.sync_api import expect


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
