"""What watches the pages of the other tests does see what is wrong."""

import pytest


def test_a_breach_of_the_policy_an_exception_and_a_refused_request_are_seen(page, faults):
    faults.expect("")
    page.goto("/swagger/")
    page.evaluate("document.head.append(Object.assign(document.createElement('script'), {textContent: '1'}))")
    page.evaluate("setTimeout(() => nothing.there)")
    page.evaluate("fetch('/api/users/me/').then(response => response.status)")
    for _ in range(100):  # they come from another process
        if len(faults.found) < 3:
            page.wait_for_timeout(50)
    seen = "\n".join(faults.found)
    assert "Content Security Policy" in seen
    assert "nothing is not defined" in seen
    assert "status of 401" in seen


def test_an_image_without_words_is_seen(page, accessible):
    page.goto("/swagger/")
    page.evaluate("document.body.innerHTML = '<img src=\"data:,\">'")
    with pytest.raises(AssertionError, match="image-alt"):
        accessible(page, context="img")
    accessible(page, context="img", but_for=("image-alt",))
