"""Writes of accounts that are more than one row."""

import json
import secrets
from pathlib import Path

from django.contrib.auth.models import Group
from django.db import transaction

from users.models import User
from users.permissions import CATALOGUE_EDITORS

EDITOR = "editor"
CUSTOMER = "customer"


def ensure_demo_accounts(file: Path) -> dict[str, str]:
    """Passwords of the demo accounts by user name; missing accounts are made, with random passwords kept in `file`.

    `editor` may write the catalogue, in the API and in the admin; `customer` may not. For development databases only:
    the caller sees to that. An account whose password somebody changed keeps it.
    """
    passwords: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
    for name in (EDITOR, CUSTOMER):
        passwords.setdefault(name, secrets.token_urlsafe(12))
    # The file first: an account whose password nobody knows would be of no use.
    file.touch(mode=0o600)
    file.write_text(json.dumps(passwords, indent=2) + "\n")
    with transaction.atomic():
        for name, password in passwords.items():
            if not User.objects.filter(username=name).exists():
                user = User.objects.create_user(name, f"{name}@example.com", password, is_staff=name == EDITOR)
                if name == EDITOR:
                    user.groups.add(Group.objects.get(name=CATALOGUE_EDITORS))
    return passwords
