"""The log of changes: sentences, filtered and paged, for leaders."""

import ast
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from kiosk import sentences
from kiosk.database import writing
from kiosk.domain.auditing import audit
from kiosk.sentences.facts import Change
from tests.build import House
from tests.pages import Page, PageClient

# What these pages ask of the domain is tested on both engines there.
pytestmark = pytest.mark.one_engine

Browse = Callable[[str], PageClient]
KIOSK = Path(__file__).parent.parent.parent / "kiosk"

NOON = datetime(2026, 10, 21, 10, 0, tzinfo=UTC)


def keep(house: House, verb: str, object: str, *, who: str = "leader", at: datetime = NOON, **more: object) -> None:
    values: dict[str, object] = {"old": {}, "new": {}, "centre_id": house.centre.id} | more
    with writing(house.session):
        audit(house.session, verb, object, user_id=house.users[who].id, now=at, **values)  # type: ignore[arg-type]
        house.session.commit()


def rows(page: Page) -> list[str]:
    """What each line says was done."""
    return [text.strip() for text in "".join(page.texts.get("tbody", [])).splitlines() if text.strip()]


def test_changes_are_sentences_newest_first(browse: Browse, house: House) -> None:
    keep(house, "day.correct", "2026-10-20", old={"visit": 14}, new={"reason": "doubled", "numbers": {"visit": 12}})
    keep(house, "day.reopen", "2026-10-20", new={"reason": "tablet_failed"}, at=NOON + timedelta(minutes=1))
    keep(house, "day.close", "2026-10-20", new={"was_open": False}, at=NOON + timedelta(minutes=2), who="staff")
    assert rows(browse("leader").get("/endringslogg?hva=day")) == [
        "21.10.2026 kl. 12.02", "Stian Ansatt", "satte 20. oktober 2026 som stengt",
        "21.10.2026 kl. 12.01", "Liv Leder", "gjenåpnet 20. oktober 2026: nettbrettet sviktet",
        "21.10.2026 kl. 12.00", "Liv Leder", "rettet 20. oktober 2026: Besøk fra 14 til 12 (talt to ganger)",
    ]  # fmt: skip


def test_pictures_and_colours_are_told_in_words_and_a_name_in_the_language_that_changed(
    browse: Browse, house: House
) -> None:
    keep(house, "button.change", "Lunsj", old={"icon": "mug", "colour": 1}, new={"icon": "heart", "colour": 3})
    labels = {"nb": "Lunsj", "nn": "Lunsj"}
    keep(house, "activity.change", "Lunsj", old={"labels": labels}, new={"labels": labels | {"nn": "Middag"}},
         at=NOON + timedelta(minutes=1))  # fmt: skip
    keep(house, "closed_period.add", "", new={"first_on": "2026-12-24", "last_on": "2026-12-24"},
         at=NOON + timedelta(minutes=2))  # fmt: skip
    assert rows(browse("leader").get("/endringslogg"))[2::3][:3] == [
        "satte senteret stengt: 24. desember 2026",
        "endret Lunsj: navn (Nynorsk) fra Lunsj til Middag",
        "endret Lunsj: bilde fra Krus til Hjerte, farge fra Grønn til Blå",
    ]


def test_what_who_and_when_can_be_asked_for(browse: Browse, house: House) -> None:
    # Half past eleven in the evening in Oslo, and half past midnight.
    keep(house, "day.close", "2026-10-20", new={"was_open": True}, at=datetime(2026, 10, 20, 21, 30, tzinfo=UTC))
    keep(house, "day.close", "2026-10-19", new={"was_open": True}, at=datetime(2026, 10, 20, 22, 30, tzinfo=UTC))
    keep(house, "station.add", "Ny inngang", who="staff")
    client = browse("leader")

    def found(query: str) -> list[str]:
        return rows(client.get(f"/endringslogg?{query}"))[2::3]

    assert found("fra=2026-10-21&hva=day") == ["godkjente 19. oktober 2026"]
    assert found("til=2026-10-20&hva=day") == ["godkjente 20. oktober 2026"]
    assert found(f"hvem={house.users['staff'].id}") == ["la til nettbrettet Ny inngang"]
    assert found("hva=day&hvem=999") == []


@pytest.mark.parametrize(
    "query",
    ["fra=i+fjor", "fra=0001-01-01", "til=9999-12-31", "hvem=alle", "hvem=" + "9" * 30, "eldre_enn=-1", "hva=%00"],
)
def test_what_cannot_be_asked_for_is_as_if_it_were_not_there(browse: Browse, house: House, query: str) -> None:
    keep(house, "day.close", "2026-10-20", new={"was_open": True})
    assert "godkjente 20. oktober 2026" in rows(browse("leader").get(f"/endringslogg?{query}"))


def test_a_long_log_comes_in_pages_that_keep_what_was_asked_for(browse: Browse, house: House) -> None:
    for number in range(120):
        keep(house, "day.close", f"dag {number}", new={"was_open": True})
    client, path, seen = browse("leader"), "/endringslogg?hva=day", []
    while path:
        page = client.get(path)
        seen += rows(page)[2::3]
        older = [link for link in page.values("href", "a") if "eldre_enn" in link and "hva=day" in link]
        path = older[0] if older else ""
    assert seen == [f"godkjente dag {number}" for number in reversed(range(120))]


def test_a_leader_sees_no_other_centres_changes(browse: Browse, house: House) -> None:
    keep(house, "station.add", "Hemmelig", centre_id=house.other_centre.id)
    keep(house, "user.add", "Felles", new={"role": "reader"}, centre_id=None)
    said = browse("leader").get("/endringslogg").text("main")
    assert "Hemmelig" not in said and "Felles" not in said


def test_a_change_without_a_sentence_is_shown_by_its_facts(app: Flask, browse: Browse, house: House) -> None:
    keep(house, "screen.repaint", "Inngang", new={"colour": 3})
    assert "Skjermbilder Inngang (colour: 3)" in browse("leader").get("/endringslogg").text("main")


def verbs_in_code() -> set[str]:
    """All that stands in the domain as a verb of the audit does: two words with a dot between."""
    found = set()
    for path in (KIOSK / "domain").glob("*.py"):
        for one in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(one, ast.Constant) and isinstance(one.value, str):
                is_verb = re.fullmatch(r"[a-z_]+\.(?!csv$|toml$|txt$)[a-z_]+", one.value)
                found |= {one.value} if is_verb else set()
    return found


def test_every_change_the_code_keeps_has_its_sentence_and_no_other_has() -> None:
    assert verbs_in_code() == sentences.SENTENCES.keys()
    assert {verb.partition(".")[0] for verb in sentences.SENTENCES} == sentences.NOUNS.keys()


@pytest.mark.parametrize("verb", sentences.SENTENCES)
def test_a_sentence_bears_entries_that_lack_what_newer_ones_have(app: Flask, verb: str) -> None:
    with app.test_request_context():
        assert sentences.SENTENCES[verb](Change("2026-10-21", {}, {}, {}))
