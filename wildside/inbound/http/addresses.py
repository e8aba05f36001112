"""Where a request comes from, as far as one can tell."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from wildside.inbound.http.state import ApiRequest

NOWHERE = "0.0.0.0"  # noqa: S104 - nothing is bound to it
"""What stands for a peer without an address, as behind a Unix socket."""

_NETWORK = 64
"""Bits of an IPv6 address that name the customer; they choose the others as they like."""


def address_of(request: ApiRequest) -> str:
    """Return an IPv4 address, or the /64 network of an IPv6 one.

    It is the peer's. With proxies of our own in front it is the entry of X-Forwarded-For that the
    outermost of them added, counted from the right: what stands further left, anybody may have written.
    """
    peer = request.client.host if request.client else ""
    hops = request.state["proxy_hops"]
    entries = [one.strip() for one in ",".join(request.headers.getlist("x-forwarded-for")).split(",")]
    told = entries[-hops] if 0 < hops <= len(entries) else ""
    return _counted(told) or _counted(peer) or NOWHERE


def _counted(text: str) -> str | None:
    """Return what is counted of an address; None where it is none. Some proxies add a port."""
    found = _parse(text.strip("[]")) or _parse(text.rpartition(":")[0].strip("[]"))
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    if isinstance(found, IPv6Address):
        return str(IPv6Network((int(found), _NETWORK), strict=False))
    return str(found) if found else None


def _parse(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None
