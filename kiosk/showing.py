"""A screen as an answer: its page; to a page that shows it already, what a leader may have changed, or 304."""

from datetime import date
from typing import Any
from uuid import uuid4

from flask import Response, make_response, render_template, request, url_for

from kiosk import guards
from kiosk.domain import food, locking, screens, working
from kiosk.domain.screens import ShownScreen
from kiosk.extensions import db
from kiosk.headers import allow_framing
from kiosk.htmx import is_fragment, render
from kiosk.kinds import Audience

# What the address says of language, text size and centre stays in the addresses that follow.
ASKED = ("sprak", "tekst", "senter")
LARGE_TEXT = "stor"


def show_screen() -> Response:
    """The screen that asks, with today's numbers where it is for those who work here."""
    today = guards.current_day()
    screen, tablet = guards.current_screen(today), guards.current_tablet()
    asked = asked_for()
    shown: dict[str, Any] = {
        "screen": screen,
        "other": guards.current_other_screen(),
        "others": locking.list_other_screens(db.session(), tablet.station_id, guards.now()) if tablet else [],
        "thanks": screens.find_thanks(db.session(), request.args.get("takk")),
        "asked": asked,
        "action": url_for("tapping.tap", **asked),
        "home": screen_url(),
        "new_id": uuid4,
    }
    if screen.audience is Audience.PARTICIPANT:
        is_large = request.args.get("tekst") == LARGE_TEXT
        response = render("tapping/door.html", "tapping/_door_parts.html", is_large=is_large, **shown)
    else:
        shown["counts"] = working.count_today(db.session(), screen, today)
        bags = food.find_shown_food(db.session(), screen, today)
        now = round(guards.now().timestamp() * 1000)
        response = render(
            "tapping/work.html",
            "tapping/_work_parts.html",
            food=bags,
            now=now,
            timezone=guards.current_timezone(),
            **shown,
        )
    if is_fragment():
        response.set_etag(screen.version)
        response.make_conditional(request)
    return response


def show_preview(screen: ShownScreen, day: date) -> Response:
    """A screen for the frame that shows it on a page of the setup: nothing on it can be pressed, nothing is counted."""
    is_door = screen.audience is Audience.PARTICIPANT
    page = render_template(
        "setup/preview_door.html" if is_door else "setup/preview_work.html",
        screen=screen,
        counts=dict.fromkeys((button.activity for button in screen.buttons), 0),
        food=food.find_shown_food(db.session(), screen, day),
        timezone=guards.current_timezone(),
        is_preview=True,
        asked={},
        action="#",
        new_id=uuid4,
    )
    response = make_response(page)
    allow_framing(response)
    return response


def asked_for() -> dict[str, Any]:
    """What the address says of the page, to go on with it."""
    asked: dict[str, Any] = {name: request.args[name] for name in ASKED if name in request.args}
    return asked | {"skjerm": guards.asked_screen_id()} if guards.asked_screen_id() else asked


def screen_url(**more: Any) -> str:
    """The address of the screen that asks, as it is to begin with."""
    if guards.current_tablet() is None:
        return url_for("tapping.staff", senter=request.args.get("senter"), **more)
    screen_id = guards.asked_screen_id()
    if screen_id is not None:
        return url_for("locking.screen", screen_id=screen_id, **more)
    return url_for("tapping.door", **more)
