"""S6, for people: after a day of signing in and out, nothing on the disk or in the log tells a secret or an address."""

import json
import re
import zlib
from base64 import urlsafe_b64decode
from pathlib import Path

import pytest

from tests.build import PASSWORD
from tests.faults.people import Visitor
from tests.faults.server import LEADER, Server, prepare
from tests.pages import Page

ADDRESS = "127.45.67.89"
AGENT = "Mozilla/5.0 (Nettbrett fra 2019) Kjennetegn/47.11"
WRONG, NEW = "feil passord med sær skrift", "tre katter spiser fisk"
CODE = re.compile(r"\b[B-DF-HJ-NP-TV-XZ]{4}-[B-DF-HJ-NP-TV-XZ]{4}\b")


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    return tmp_path / "instance"


def token_in(visitor: Visitor) -> str:
    """The token of the sign-in, out of the signed cookie."""
    payload = visitor.cookies["kiosk_session"].split(".")
    data = payload[1] if payload[0] == "" else payload[0]
    raw = urlsafe_b64decode(data + "=" * (-len(data) % 4))
    token: str = json.loads(zlib.decompress(raw) if payload[0] == "" else raw)["_user_id"]
    return token


def spend_a_day(server: Server, cookie: str) -> set[str]:
    """Everybody comes by. Returns the secrets that went over the line."""
    leader, new, tablet = (Visitor(server, address=ADDRESS, agent=AGENT) for _ in range(3))
    tablet.cookies = dict([cookie.split("=", 1)])
    form = Page(tablet.ask("/").text).forms()[0]
    assert tablet.ask(form.pop("action"), form).status == 303
    assert leader.sign_in(LEADER, WRONG).status == 422
    assert leader.sign_in("Ingen " + WRONG, WRONG).status == 422
    assert leader.sign_in(LEADER, PASSWORD).status == 303
    where = leader.submit("/folk/ny", "/folk/ny", name="Ny Ansatt", role="staff").location
    found = CODE.search(leader.ask(where).text)
    assert found
    code = found.group()
    fields = {"name": "Ny Ansatt", "code": code, "password": NEW, "again": NEW}
    assert new.submit("/nytt-passord", "/nytt-passord", **fields).status == 303
    assert new.ask("/i-dag").status == 200
    assert leader.ask("/nowhere").status == 404
    assert leader.ask("/konto/passord", {"present": PASSWORD}).status == 400
    secrets = {token_in(leader), token_in(new), cookie.split("=", 1)[1]}
    assert leader.submit("/konto", "/logg-ut").status == 303
    return secrets | {code, code.replace("-", ""), PASSWORD, WRONG, NEW}


def contents(instance: Path, server: Server) -> dict[str, bytes]:
    """Every file of the installation as it lies there, and what the server said; not the key, which is a secret."""
    files = [path for path in instance.rglob("*") if path.is_file() and path.name != "secret_key"]
    return {path.name: path.read_bytes() for path in [*files, server.said]}


@pytest.mark.parametrize("killed", [False, True], ids=["running", "killed"])
def test_no_secret_no_address_and_no_browser_is_on_the_disk_in_clear(instance: Path, killed: bool) -> None:
    cookie, *_ = prepare(instance)
    with Server(instance) as server:
        secrets = spend_a_day(server, cookie)
        if killed:
            server.kill()
        told = contents(instance, server)
    # The control: what may be there is found.
    assert any(b"Ny Ansatt" in content for content in told.values()) and b"127.0.0.1" in told[server.said.name]
    for secret in sorted(secrets | {ADDRESS, AGENT, "Kjennetegn"}):
        assert len(secret) >= 8
        for name, content in told.items():
            assert secret.encode() not in content, f"{secret} is in {name}"
