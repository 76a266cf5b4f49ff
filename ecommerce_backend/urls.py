"""Every path of the project. A path works without its trailing slash too: see ProblemMiddleware."""

from django.conf import settings
from django.contrib import admin
from django.templatetags.static import static
from django.urls import include, path, re_path
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import RedirectView

from ecommerce_backend.api import problems
from ecommerce_backend.api.documents import document, schema_page
from ecommerce_backend.api.index import IndexView
from ecommerce_backend.api.views import read_only
from ecommerce_backend.health import LiveView, ReadyView
from ecommerce_backend.landing import landing_page
from ecommerce_backend.telemetry.views import metrics

urlpatterns = [
    path("", landing_page, name="landing"),
    path("api/", IndexView.as_view(), name="index"),
    path("api/", include("products.urls")),  # first: a path is compared with one after the other
    path("api/", include("users.urls")),
    re_path(r"^api/", csrf_exempt(problems.not_found)),  # JSON, with DEBUG on too
    path("health/live/", LiveView.as_view(), name="health-live"),
    path("health/ready/", ReadyView.as_view(), name="health-ready"),
    *(
        path(name, document, {"name": name}, name=name)
        for name in ("openapi.json", "postman/collection.json", "postman/environment.json")
    ),
    path("metrics/", read_only(metrics), name="metrics"),
    re_path(r"^swagger\.(?P<format>json|yaml)$", schema_page(), name="schema"),
    path("swagger/", schema_page("swagger"), name="swagger"),
    path("redoc/", schema_page("redoc"), name="redoc"),
    path("favicon.ico", read_only(RedirectView.as_view(url=static("api/favicon.svg")))),  # asked for by all browsers
    path(settings.ADMIN_PATH, admin.site.urls),
]

handler400 = problems.bad_request
handler403 = problems.permission_denied
handler404 = problems.not_found
handler500 = problems.server_error
