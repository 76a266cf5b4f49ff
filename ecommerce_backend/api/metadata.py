"""What OPTIONS answers."""

from typing import Any

from rest_framework.metadata import SimpleMetadata


class PlainMetadata(SimpleMetadata):
    """Name, description and media types of a view. The fields of its bodies are in the Swagger document.

    DRF's would look the object up as if it were to be written, with its lock and its preconditions.
    """

    def determine_actions(self, request: Any, view: Any) -> dict[str, Any]:
        """None."""
        return {}
