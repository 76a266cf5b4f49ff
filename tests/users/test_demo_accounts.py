"""The accounts that `make run` makes, and the file that keeps their passwords."""

import pytest

from users.models import User
from users.services import ensure_demo_accounts

pytestmark = pytest.mark.django_db


def test_an_account_whose_password_somebody_changed_keeps_it(tmp_path):
    file = tmp_path / "accounts.json"
    passwords = ensure_demo_accounts(file)
    editor = User.objects.get(username="editor")
    assert editor.check_password(passwords["editor"])
    editor.set_password("battery staple 7")
    editor.save()
    assert ensure_demo_accounts(file) == passwords
    assert User.objects.get(username="editor").check_password("battery staple 7")


@pytest.mark.parametrize("content", [None, "", "{", "[]", "null"])
def test_where_nobody_may_know_a_password_any_more_there_is_a_new_one(tmp_path, content):
    file = tmp_path / "accounts.json"
    before = ensure_demo_accounts(file)
    file.unlink()
    if content is not None:
        file.write_text(content)
    after = ensure_demo_accounts(file)
    assert after.keys() == before.keys() == {"editor", "customer"}
    assert not set(after.values()) & set(before.values())
    for name, password in after.items():
        assert User.objects.get(username=name).check_password(password)
