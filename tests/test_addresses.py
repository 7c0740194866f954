"""Under which addresses others on the network find the kiosk."""

import pytest

from kiosk import addresses
from kiosk.addresses import Reach, is_this_machine, own_addresses, reach, url_of


@pytest.mark.parametrize(
    ("host", "is_own"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("localhost", True),
        ("kiosk.localhost", True),
        ("192.168.1.20", False),
        ("kiosk.local", False),
        ("localhost.example", False),
        ("", False),
    ],
)
def test_what_leads_back_to_the_machine_it_is_used_on(host: str, is_own: bool) -> None:
    assert is_this_machine(host) is is_own


def test_who_came_from_elsewhere_has_found_the_address_that_others_find() -> None:
    for url, has_https in (("http://192.168.1.20:8000/", False), ("https://kiosk.example/", True)):
        assert reach(url, "127.0.0.1", 8000) == Reach([url], has_https)


def test_from_the_machine_itself_it_is_what_the_server_listens_on() -> None:
    own = "http://127.0.0.1:8000/"
    assert reach(own, "127.0.0.1", 8000) == Reach([], False)
    assert reach(own, "::1", 8000) == Reach([], False)
    assert reach(own, "192.168.1.20", 8100) == Reach(["http://192.168.1.20:8100/"], False)
    assert reach(own, "fd00::20", 8100) == Reach(["http://[fd00::20]:8100/"], False)


@pytest.mark.parametrize("everywhere", ["0.0.0.0", "::"])  # noqa: S104
def test_listening_everywhere_it_is_every_address_of_the_machine_but_its_own(
    monkeypatch: pytest.MonkeyPatch, everywhere: str
) -> None:
    there = [(None, None, None, "", (host, 0)) for host in ("127.0.1.1", "10.0.0.5", "10.0.0.5")]
    monkeypatch.setattr(addresses.socket, "getaddrinfo", lambda *_: there)
    urls = reach("http://localhost:8000/", everywhere, 8000).urls
    assert url_of("10.0.0.5", 8000) in urls and len(urls) == len(set(urls))
    assert not [url for url in urls if "127." in url]
    assert [url_of(host, 8000) for host in own_addresses()] == urls


def test_without_a_network_there_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError("Network is unreachable")

    monkeypatch.setattr(addresses.socket, "getaddrinfo", fail)
    monkeypatch.setattr(addresses.socket.socket, "connect", fail, raising=False)
    assert reach("http://127.0.0.1:8000/", "0.0.0.0", 8000).urls == []  # noqa: S104
