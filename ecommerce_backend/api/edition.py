"""What an answer depends on besides data and address: the code that makes it, and the key that signs its links."""

from functools import cache
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.utils.crypto import salted_hmac

_PACKAGES = ("ecommerce_backend", "products", "users")


def code_in(folder: Path) -> str:
    """A digest of the project's code, the same on every host that has this release. Cost: reads it, 5 ms."""
    digest = sha256()
    for package in _PACKAGES:
        for path in sorted((folder / package).rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()


# Of the code that runs, so it is read now: a release may take its place while this process still answers.
CODE = code_in(Path(settings.BASE_DIR))


def edition() -> str:
    """Changes with a release, and with SECRET_KEY. Cost: made once in a process."""
    return _edition(CODE, settings.SECRET_KEY)


@cache
def _edition(code: str, secret_key: str) -> str:
    return salted_hmac("edition", code, secret=secret_key, algorithm="sha256").hexdigest()
