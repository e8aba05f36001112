"""Hold the words that describe routes, and be sure at each request that they still are these."""

from wildside.domain.catalogue_bodies import descriptors_body
from wildside.domain.release import Body, Version
from wildside.ports.database import Stores


class CurrentDescriptors:
    """Answers from memory as long as the version of the reference data is the one that it was built at."""

    def __init__(self) -> None:
        self._held: tuple[Version, Body] | None = None

    async def __call__(self, stores: Stores) -> Body:
        """Return the body, no older than this call. Raises NoRelease or a StoreError."""
        version = await stores.reference.version()
        if self._held and self._held[0] == version:
            return self._held[1]
        # What is read now is of that version or of a later one: it is never held as newer than it is.
        body = descriptors_body(await stores.route_catalogue.descriptors())
        self._held = version, body
        return body
