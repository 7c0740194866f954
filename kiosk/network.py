"""Where a request comes from, and where it believes to go: proxies, hosts, and what can be read on the way."""

from functools import lru_cache
from ipaddress import IPv6Address, ip_address

from flask import Flask, current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

# Names that nobody can own on the internet: RFC 6761, 6762 and 8375, ICANN's .internal, and what home routers use.
LOCAL_SUFFIXES = ("localhost", "local", "home.arpa", "internal", "lan", "home", "localdomain")

# What a proxy adds; one we were not told of must not make strangers look like the machine itself.
TRACES_OF_PROXY = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Real-Ip")


class StrangeHost(HTTPException):
    """The browser asked for a name that is not ours: another site may have led it here (DNS rebinding)."""

    code = 421


@lru_cache(maxsize=256)
def is_trusted(host: str, trusted: tuple[str, ...] = ()) -> bool:
    """Whether `host` (with or without port) can only mean this machine, or was named in KIOSK_TRUSTED_HOSTS.

    An address is always trusted, and so is a name without dots or of the local network: for rebinding, somebody
    must own the name.
    """
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() and not host.endswith("]") else host
    name = name.strip().rstrip(".").lower()
    try:
        ip_address(name.removeprefix("[").removesuffix("]"))
    except ValueError:
        is_local = "." not in name or name.endswith(tuple(f".{suffix}" for suffix in LOCAL_SUFFIXES))
        return bool(name) and (is_local or name in trusted)
    return True


def is_private() -> bool:
    """Whether nobody can read on the way what is typed here: HTTPS, the machine itself, or allowed on purpose."""
    return request.is_secure or current_app.config["KIOSK_ALLOW_HTTP_SIGN_IN"] or _is_same_machine()


def _is_same_machine() -> bool:
    has_proxy = current_app.config["KIOSK_PROXIES"] > 0
    if not has_proxy and any(name in request.headers for name in TRACES_OF_PROXY):
        return False
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback


def _refuse_strange_host() -> None:
    # The page that says so must look like one.
    if request.endpoint != "shell.static" and not is_trusted(request.host, current_app.config["KIOSK_TRUSTED_HOSTS"]):
        raise StrangeHost


def init_app(app: Flask) -> None:
    proxies = app.config["KIOSK_PROXIES"]
    if proxies:
        # The host is the one the proxy passes on: X-Forwarded-Host is one more thing a page could make up.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=0)  # type: ignore[method-assign]
    app.before_request(_refuse_strange_host)
