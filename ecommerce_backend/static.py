"""Where static files are: under a name that has a hash of what is in them, so that a browser may keep them for ever."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's; before `collectstatic` has been run, files have their own names, and come from the packages."""

    def stored_name(self, name: str) -> str:
        """The name with the hash in it, or `name`. Raises: ValueError for a file that was not collected."""
        return super().stored_name(name) if self.hashed_files else name
