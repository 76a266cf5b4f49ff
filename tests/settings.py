"""The project's settings as the tests use them: production's, whatever the developer's own .env says."""

import os
import secrets

os.environ["ENV_FILE"] = os.devnull
os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(64))
os.environ.setdefault("ALLOWED_HOSTS", "testserver,localhost,127.0.0.1")

from ecommerce_backend.settings import *  # noqa: F403

# Off, but for the tests of the limits themselves.
THROTTLE_RATES = dict.fromkeys(THROTTLE_RATES)  # noqa: F405

# The default is slow on purpose, which is another test's business: hundreds of them log in.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# What a release may do to a shop that is open; see the target `migrations` of the Makefile.
INSTALLED_APPS = [*INSTALLED_APPS, "django_migration_linter"]  # noqa: F405
MIGRATION_LINTER_OPTIONS = {
    "include_apps": ["api", "products", "users"],
    "sql_analyser": "postgresql",
    "no_cache": True,
    "ignore_name": [
        # Turns jsonb into text, in a table of answers that are kept for a day; it is part of the first release, too.
        "0003_idempotency_body_as_text",
        # Computes the words of every product and builds their indexes, which rewrites the table: four seconds for
        # 100,000 products. It is part of the first release, so no shop that is open has to go through it.
        "0003_search_and_tallies",
        # Computes the words once more, by the rule of today, and is part of the first release as well.
        "0005_words_between_any_marks",
        # An index of hardly any row is built in a tenth of a second for a million products, for which writers wait.
        "0007_changed_before_created",
        # Builds two indexes, 1.5 s each for a million products; writers wait. It is part of the first release.
        "0009_prices_with_days",
        # Each builds an index of categories, of which there are dozens.
        "0010_category_names_in_any_case",
        "0013_category_names_by_letters",
        # Computes the words once more, and is part of the first release.
        "0011_greek_sigma",
        # Builds an index of words, of which there are some ten thousands, in half a second; writers wait.
        "0012_similar_words_by_trigram",
        # Builds eight indexes, two seconds each for a million products; writers wait. It is part of the first release.
        "0016_covering_indexes",
        # Drops and renames indexes, which takes a moment without readers; `migrate_safely` waits for one.
        "0017_covering_indexes_alone",
        # Computes the words once more, and is part of the first release.
        "0018_first_letters",
        # Writes the table anew, with what words each product cannot have; it is part of the first release.
        "0019_signature",
    ],
}
