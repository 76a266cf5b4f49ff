"""Who may do what."""

from typing import Any

from django.conf import settings
from rest_framework.permissions import SAFE_METHODS, DjangoModelPermissionsOrAnonReadOnly
from rest_framework.request import Request


class CanEditCatalogueOrReadOnly(DjangoModelPermissionsOrAnonReadOnly):
    """Everybody reads. Django's model permissions write; with CATALOGUE_WRITES=authenticated, whoever is logged in."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether the request may go on. Cost: at most one query, for a write by somebody who is no superuser."""
        if request.method in SAFE_METHODS:
            return True
        if settings.CATALOGUE_WRITES == "authenticated" and request.user.is_authenticated:
            return True
        return super().has_permission(request, view)
