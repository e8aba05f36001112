"""A page: what is sent of it, and what a browser may do with it."""

from collections.abc import Mapping
from dataclasses import dataclass

from wildside.domain.release import Body

NOTHING = {
    "default-src": "'none'",
    "style-src": "'self'",
    "img-src": "data:",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}
"""The content security policy of a page that is only read: directive → sources."""


@dataclass(frozen=True, slots=True)
class Page:
    """One of a fixed set of pages and files. `policy` is its content security policy."""

    body: Body
    media_type: str
    cache_control: str
    policy: Mapping[str, str]

    @property
    def headers(self) -> Mapping[str, str]:
        """What browsers are told besides."""
        return {
            "Content-Security-Policy": "; ".join(" ".join(words) for words in self.policy.items()),
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
        }


Site = Mapping[str, Page]
"""Path → page."""
