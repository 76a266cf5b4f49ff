"""The entry point for WSGI servers: Django, behind a cache of whole answers."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ecommerce_backend.settings")

django = get_wsgi_application()

# What needs Django to be set up.
from django.conf import settings  # isort: split

from ecommerce_backend.api.gateway import GatewayCache
from products.models import Generation

application = GatewayCache(django, generation=Generation.objects.current, max_bytes=settings.ANSWER_CACHE_BYTES)
