"""S3: names and labels with script, templates, formulas, turned text and ten thousand signs: shown as they are."""

from collections.abc import Callable
from datetime import UTC, datetime
from html import escape

import pytest
from sqlalchemy import update

from kiosk.database import writing
from kiosk.domain import access
from kiosk.kinds import Audience, Role
from kiosk.models import Activity, Button, Centre, Screen, Station, User
from tests.build import House
from tests.pages import PageClient

Browse = Callable[[str], PageClient]

HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "</title><script>alert(1)</script>",
    '" onfocus="alert(1)" autofocus="',
    "{{ 7 * 7 }}{% raw %}${7*7}#{7*7}",
    "%(name)s %s {0} {name}",
    '=HYPERLINK("http://evil.example")',
    "\u202e\u2066desrever\u202d",
    "'; DROP TABLE user; --",
    "javascript:alert(1)",
    "&lt;b&gt; &amp;amp;",
    "🙂" * 20,
]
LONG = "x" * 10_000

PAGES = ("/i-dag", "/aar", "/aar/2026", "/trykk", "/folk", "/folk/ny", "/folk/2", "/konto")


def name_everything(house: House, words: str) -> None:
    """Past every form: as a database that was changed by other hands, or a rule that was forgotten."""
    name = words[:80]
    with writing(house.session):
        everywhere = {"nb": words, "en": words}
        house.session.execute(update(Activity).values(labels=everywhere, units=everywhere, counts=everywhere))
        house.session.execute(update(Button).values(labels=everywhere))
        house.session.execute(update(Centre).values(name=name))
        house.session.execute(update(Screen).values(name=name))
        house.session.execute(update(Station).values(name=name, last_seen_at=datetime.now(UTC)))
        house.session.execute(update(User).where(User.id == house.users["staff"].id).values(name=name))
        house.session.commit()


@pytest.mark.one_engine
@pytest.mark.parametrize("words", [*HOSTILE, LONG])
def test_every_page_shows_them_as_text(browse: Browse, house: House, words: str) -> None:
    name_everything(house, words)
    leader, door, volunteer = browse("leader"), browse("door"), browse("volunteer")
    shown = [leader.get(path, follow_redirects=True) for path in PAGES] + [door.get("/"), volunteer.get("/")]
    assert any(words in page.text() or " ".join(words.split()) in page.text() for page in shown)
    for page in shown:
        # Nothing of it became a tag or an attribute.
        assert "evil" not in "".join(page.values("href") + page.values("src") + page.values("action"))
        assert not [1 for tag, attributes in page.tags if tag == "img" and attributes.get("src") == "x"]
        assert not [1 for _, attributes in page.tags if "autofocus" in attributes]


@pytest.mark.parametrize("words", HOSTILE)
def test_a_name_that_somebody_types_is_stored_shown_and_signs_in(browse: Browse, house: House, words: str) -> None:
    leader = browse("leader")
    answer = leader.submit("/folk/ny", "/folk/ny", name=words, role="staff")
    assert answer.status_code == 303
    page = leader.get(answer.location)
    shown = words.translate(dict.fromkeys(map(ord, "\u202e\u2066\u202d")))
    assert shown in page.text() and shown in leader.get("/folk").text()
    user_id = int(answer.location.split("/")[2])
    assert access.name_key(house.session.get_one(User, user_id).name) == access.name_key(words)


@pytest.mark.parametrize("words", ["\u202e\u2066", "\0", "", "   ", "\ufeff"[:0]])
def test_a_name_without_a_visible_sign_is_no_name(browse: Browse, words: str) -> None:
    assert browse("leader").submit("/folk/ny", "/folk/ny", name=words, role="staff").status_code == 422


FIELDS = ("name", "password", "code", "again", "op_id", "role", "centre", "csrf_token")
FORMS = {
    "/folk/ny": "/folk/ny",
    "/folk/2/rolle": "/folk/2",
    "/logg-inn": "/konto",
    "/nytt-passord": "/nytt-passord",
    "/konto/passord": "/konto",
}


@pytest.mark.parametrize(
    "value", [LONG, "\0", "\u202e", "<script>alert(1)</script>", "\x1b[31m", "\r\nSet-Cookie: a=b"]
)
def test_a_field_that_holds_anything_gets_an_answer_and_never_an_error_of_ours(browse: Browse, value: str) -> None:
    leader = browse("leader")
    for path, page in FORMS.items():
        fields = {"csrf_token": next(form["csrf_token"] for form in leader.get(page).forms())}
        for field in FIELDS:
            answer = leader.post(path, data=fields | {field: value})
            assert answer.status_code in (303, 400, 422), (path, field, answer.status_code)
            assert value not in answer.get_data(as_text=True) or value == escape(value), (path, field)


def test_roles_and_audiences_come_from_closed_sets(browse: Browse, house: House) -> None:
    for role in ("admin", "LEADER", "0", "Role.LEADER", "leader\0"):
        assert browse("leader").submit("/folk/ny", "/folk/ny", name="Ny", role=role).status_code == 422
    assert {one.value for one in Role} == {"reader", "staff", "leader"} and len(Audience) == 3
