"""Where requests come from and where they believe to go."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk import create_app
from kiosk.extensions import db
from kiosk.guards import STATION_COOKIE
from kiosk.migrating import prepare_database
from kiosk.network import is_trusted
from tests import build
from tests.build import PASSWORD
from tests.pages import Page

OTHER_MACHINE = {"REMOTE_ADDR": "192.168.1.77"}
HTTPS = {"wsgi.url_scheme": "https"}


def make(folder: Path, **settings: str) -> Flask:
    app = create_app({"KIOSK_INSTANCE": str(folder)} | settings)
    prepare_database(app)
    return app


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    with create_app({"KIOSK_INSTANCE": str(tmp_path)}).app_context():
        db.engine.dispose()


def sign_in(client: FlaskClient, headers: dict[str, str] | None = None, **environ: str) -> int:
    """The status of an attempt with the right password."""
    page = client.get("/logg-inn", headers=headers, environ_overrides=environ)
    forms = Page(page.get_data(as_text=True)).forms()
    token = forms[0].get("csrf_token", "") if forms else ""
    data = {"csrf_token": token, "name": "Liv Leder", "password": PASSWORD}
    host = headers.get("Host", "localhost") if headers else "localhost"
    all_headers = {"Referer": f"https://{host}/logg-inn"} | (headers or {})
    return client.post("/logg-inn", data=data, headers=all_headers, environ_overrides=environ).status_code


@pytest.mark.parametrize(
    "host",
    [
        "localhost", "localhost:8000", "127.0.0.1:8000", "192.168.1.20", "[::1]:8000", "[fe80::1]", "kiosk",
        "kiosk:8000", "RASPBERRY.local", "kiosk.local.:8000", "kiosk.lan", "pc.fritz.home.arpa", "a.b.internal",
    ],
)  # fmt: skip
def test_a_newcomer_on_the_own_network_is_let_in_under_any_local_name(host: str) -> None:
    assert is_trusted(host)


@pytest.mark.parametrize(
    "host",
    [
        "evil.example", "evil.example:8000", "127.0.0.1.evil.example", "localhost.evil.example", "local.no",
        "192.168.1.20.nip.io", "evil.example.", "", ":8000", "[evil.example]", "1.2.3", "kiosk.local.evil.no",
    ],
)  # fmt: skip
def test_a_name_that_somebody_could_own_is_not(host: str) -> None:
    assert not is_trusted(host)


def test_a_name_that_was_set_is_trusted_and_no_name_that_looks_like_it() -> None:
    trusted = ("kiosk.crux.example",)
    assert is_trusted("kiosk.crux.example", trusted) and is_trusted("Kiosk.CRUX.example:443", trusted)
    for host in ("crux.example", "a.kiosk.crux.example", "kiosk.crux.example.evil.example"):
        assert not is_trusted(host, trusted)


def test_a_strange_name_gets_a_page_that_says_so_and_nothing_else(folder: Path) -> None:
    client = make(folder).test_client()
    for path in ("/", "/logg-inn", "/healthz", "/i-dag", "/nowhere"):
        answer = client.get(path, headers={"Host": "evil.example"})
        assert answer.status_code == 421 and "kiosk_session" not in str(answer.headers)
    page = Page(answer.get_data(as_text=True))
    page.inspect()
    assert "evil.example" in page.text() and "KIOSK_TRUSTED_HOSTS" in page.text()
    json = client.post("/api/taps", json={}, headers={"Host": "evil.example", "X-Kiosk": "1"})
    # A tablet takes this for no answer at all, and keeps its taps.
    assert json.status_code == 421 and json.get_json()["kiosk"] == 1


def test_a_strange_name_may_hold_anything(folder: Path) -> None:
    html = (
        make(folder).test_client().get("/", headers={"Host": "<img src=x onerror=alert(1)>.no"}).get_data(as_text=True)
    )
    assert "<img src=x" not in html


def test_over_plain_http_from_another_machine_nobody_is_asked_for_a_password(folder: Path) -> None:
    app = make(folder)
    with app.app_context():
        build.house(db.session())
    client = app.test_client()
    assert sign_in(client) == 303
    for path in ("/logg-inn", "/nytt-passord"):
        answer = app.test_client().get(path, environ_overrides=OTHER_MACHINE)
        page = Page(answer.get_data(as_text=True))
        page.inspect()
        assert answer.status_code == 403 and page.forms() == []
        assert "KIOSK_ALLOW_HTTP_SIGN_IN=1" in page.text() and "HTTPS" in page.text()
    # Nor is one taken that comes all the same.
    token = Page(client.get("/konto").get_data(as_text=True)).forms()[-1]["csrf_token"]
    data = {"csrf_token": token, "name": "Liv Leder", "password": PASSWORD}
    assert client.post("/logg-inn", data=data, environ_overrides=OTHER_MACHINE).status_code == 403


def test_tablets_work_over_plain_http_all_the_same(folder: Path) -> None:
    app = make(folder)
    with app.app_context():
        token = build.house(db.session()).tablets["door"]
    client = app.test_client()
    client.set_cookie(STATION_COOKIE, token)
    assert client.get("/", environ_overrides=OTHER_MACHINE).status_code == 200


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1"])
def test_the_machine_itself_is_no_other_machine(folder: Path, address: str) -> None:
    client = make(folder).test_client()
    assert client.get("/logg-inn", environ_overrides={"REMOTE_ADDR": address}).status_code == 200


@pytest.mark.parametrize("address", ["192.168.1.77", "::ffff:192.168.1.77", "2001:db8::1", "unknown", ""])
def test_any_other_address_is(folder: Path, address: str) -> None:
    client = make(folder).test_client()
    assert client.get("/logg-inn", environ_overrides={"REMOTE_ADDR": address}).status_code == 403


def test_it_can_be_allowed_on_purpose(folder: Path) -> None:
    app = make(folder, KIOSK_ALLOW_HTTP_SIGN_IN="1")
    with app.app_context():
        build.house(db.session())
    assert sign_in(app.test_client(), **OTHER_MACHINE) == 303


@pytest.mark.parametrize("trace", ["X-Forwarded-For", "X-Forwarded-Proto", "Forwarded", "X-Real-Ip"])
def test_a_proxy_that_nobody_told_us_of_does_not_make_strangers_the_machine_itself(folder: Path, trace: str) -> None:
    client = make(folder).test_client()
    assert client.get("/logg-inn", headers={trace: "https"}).status_code == 403


def test_without_a_proxy_nobody_can_claim_to_come_by_https(folder: Path) -> None:
    client = make(folder).test_client()
    claimed = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "127.0.0.1"}
    assert client.get("/logg-inn", headers=claimed, environ_overrides=OTHER_MACHINE).status_code == 403


def test_with_a_proxy_the_last_word_is_the_proxys(folder: Path) -> None:
    app = make(folder, KIOSK_PROXIES="1", KIOSK_TRUSTED_HOSTS="kiosk.crux.example")
    with app.app_context():
        build.house(db.session())
    proxied = {"Host": "kiosk.crux.example", "X-Forwarded-For": "127.0.0.1, 192.168.1.77"}
    assert sign_in(app.test_client(), proxied | {"X-Forwarded-Proto": "https"}) == 303
    assert sign_in(app.test_client(), proxied | {"X-Forwarded-Proto": "https, http"}) == 403
    # The name that counts is the one the browser asked for.
    strange = {"Host": "evil.example", "X-Forwarded-Host": "kiosk.crux.example"}
    assert app.test_client().get("/logg-inn", headers=proxied | strange).status_code == 421


def test_over_https_cookies_are_for_https_and_browsers_are_told_to_stay(folder: Path) -> None:
    app = make(folder)
    with app.app_context():
        house = build.house(db.session())
    client = app.test_client()
    answer = client.get("/logg-inn", environ_overrides=HTTPS | OTHER_MACHINE)
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    (cookie,) = [value for name, value in answer.headers if name == "Set-Cookie"]
    assert {"Secure", "HttpOnly", "SameSite=Strict"} <= set(cookie.split("; "))
    assert house.tablets
    plain = app.test_client().get("/logg-inn")
    (cookie,) = [value for name, value in plain.headers if name == "Set-Cookie"]
    assert "Secure" not in cookie and "Strict-Transport-Security" not in plain.headers
    assert {"HttpOnly", "SameSite=Strict"} <= set(cookie.split("; "))


def test_what_is_too_large_is_refused_before_it_is_looked_at(folder: Path) -> None:
    client = make(folder).test_client()
    for path in ("/logg-inn", "/nytt-passord"):
        assert client.post(path, data={"name": "x" * 70_000}).status_code == 413
