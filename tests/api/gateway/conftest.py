"""The gateway's cache, with Django behind it."""

from wsgiref.util import setup_testing_defaults

import pytest
from django.core.wsgi import get_wsgi_application

from ecommerce_backend.api.gateway import GatewayCache
from products.models import Generation


class Gateway:
    """The cache with Django behind it; `asked` are the requests that Django was asked."""

    def __init__(self, max_bytes=1_000_000, generation=Generation.objects.current):
        self.asked = []
        self.django = get_wsgi_application()
        self.cache = GatewayCache(self.hand_on, generation=generation, max_bytes=max_bytes)

    def hand_on(self, environ, start_response):
        self.asked.append(environ["PATH_INFO"])
        return self.django(environ, start_response)

    def get(self, url, method="GET", **more):
        """Status, headers and body."""
        path, _, query = url.partition("?")
        environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "HTTP_HOST": "localhost"}
        environ |= {"REMOTE_ADDR": "192.0.2.1", **more}
        setup_testing_defaults(environ)
        begun = []
        response = self.cache(environ, lambda *arguments: begun.append(arguments))
        body = b"".join(response)
        if hasattr(response, "close"):
            response.close()
        [(status, headers)] = begun
        return status, dict(headers), body


@pytest.fixture
def gateway():
    return Gateway()
