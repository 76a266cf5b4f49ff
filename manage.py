#!/usr/bin/env python
"""Django's command line: `python manage.py help` lists the commands."""

import os
import sys


def main() -> None:
    """Run the command that the arguments name."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ecommerce_backend.settings")
    # Commands do long work (imports, indexes); the limit on a statement's time is for web requests.
    os.environ.setdefault("DATABASE_STATEMENT_TIMEOUT", "0")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
