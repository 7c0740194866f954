"""Under which addresses others on the network reach this kiosk."""

import socket
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

# Never asked: it only makes the system choose the address it would leave by. RFC 5737.
SOMEWHERE_ELSE = ("192.0.2.1", 9)


@dataclass(frozen=True)
class Reach:
    """`urls`: where tablets and phones find the kiosk; none when it listens on this machine only."""

    urls: list[str]
    has_https: bool


def reach(own_url: str, listens_on: str, port: int) -> Reach:
    """From the address that a browser has used, and from what the server listens on."""
    parts = urlsplit(own_url)
    if not is_this_machine(parts.hostname or ""):
        return Reach([own_url], parts.scheme == "https")
    if is_this_machine(listens_on):
        return Reach([], False)
    hosts = own_addresses() if ip_address(listens_on).is_unspecified else [listens_on]
    return Reach([url_of(host, port) for host in hosts], False)


def is_this_machine(host: str) -> bool:
    """Whether a host name or address leads back to the machine it is used on."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    with suppress(ValueError):
        return ip_address(host).is_loopback
    return False


def own_addresses() -> list[str]:
    """The addresses of this machine on its networks, the one it leaves by first; none without a network."""
    found = []
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(SOMEWHERE_ELSE)
        found.append(probe.getsockname()[0])
    with suppress(OSError):
        found += [str(one[4][0]) for one in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)]
    return [host for host in dict.fromkeys(found) if not is_this_machine(host)]


def url_of(host: str, port: int) -> str:
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
