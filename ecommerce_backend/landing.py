"""The page at `/`: what this is, and where to go from here."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control

from ecommerce_backend.api.views import read_only


@read_only
@cache_control(public=True, max_age=300)
def landing_page(request: HttpRequest) -> HttpResponse:
    """A page for people. Programs start at `/api/`. Cost: no query, no cookie."""
    return render(request, "landing.html", settings.LANDING_LINKS)
