"""A screen as an answer: its page; to a page that shows it already, its buttons alone, or 304."""

from typing import Any
from uuid import uuid4

from flask import Response, request, url_for

from kiosk import guards
from kiosk.domain import locking, screens
from kiosk.domain.locking import OtherScreen
from kiosk.domain.screens import ShownScreen
from kiosk.extensions import db
from kiosk.htmx import is_fragment, render


def show_screen(screen: ShownScreen, other: OtherScreen | None = None) -> Response:
    """The screen that asks; `other` where it is a further one of the tablet."""
    tablet = guards.current_tablet()
    others = locking.list_other_screens(db.session(), tablet.station_id, guards.now()) if tablet else []
    response = render(
        "tapping/door.html",
        "tapping/_buttons.html",
        screen=screen,
        other=other,
        others=others,
        thanks=screens.find_thanks(db.session(), request.args.get("takk")),
        action=url_for("tapping.tap", **asked_for(other)),
        new_id=uuid4,
    )
    if is_fragment():
        response.set_etag(screen.version)
        response.make_conditional(request)
    return response


def asked_for(other: OtherScreen | None = None) -> dict[str, Any]:
    """What the address says of the page, to go on with it."""
    asked: dict[str, Any] = {name: request.args[name] for name in ("sprak",) if name in request.args}
    return asked | ({"skjerm": other.screen_id} if other else {})
