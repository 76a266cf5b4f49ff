"""The entry point for WSGI servers: Django, behind a cache of whole answers."""

import os

import django as framework

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ecommerce_backend.settings")

framework.setup(set_prefix=False)

# What needs Django to be set up.
from django.conf import settings  # isort: split

from ecommerce_backend.api.gateway import GatewayCache
from ecommerce_backend.api.incoming import Handler, IncomingHeaders
from products.models import Generation

django = Handler()
application = IncomingHeaders(
    GatewayCache(django, generation=Generation.objects.current, max_bytes=settings.ANSWER_CACHE_BYTES)
)
