"""Skjema: a screen on paper, for the day the power is out."""

from flask import Blueprint, abort, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from kiosk import guards
from kiosk.domain import screens
from kiosk.domain.setup_screens import find_screen
from kiosk.extensions import db
from kiosk.htmx import see_other, url_here
from kiosk.kinds import Role

bp = Blueprint("sheets", __name__)

# The hours that get a column of their own; what is outside goes into the first or the last.
HOURS = list(range(8, 20))

# Millimetres: what a page leaves for the buttons, a line of boxes, and what is around the lines of a button.
PAGE_HIGH, LINE_HIGH, AROUND = 218, 8.2, 3.2
BOXES_IN_A_LINE, MOST_LINES = 11, 8


@bp.get("/skjema")
@guards.for_role(Role.STAFF)
def first() -> BaseResponse:
    """The sheet of the centre's first screen; from it the others are reached."""
    found = screens.list_screens(db.session(), guards.current_centre().id)
    return see_other(url_here("sheets.sheet", screen_id=found[0].id))


@bp.get("/skjema/<int:screen_id>")
@guards.for_role(Role.STAFF)
def sheet(screen_id: int) -> str:
    """By hour (`?timer=1`), or plain boxes to stroke."""
    centre = guards.current_centre()
    try:
        one = find_screen(db.session(), centre, screen_id)
    except screens.ScreenNotFound:
        abort(404)
    shown = screens.show_screen(db.session(), one.id, guards.current_day())
    return render_template(
        "sheets/sheet.html",
        screen_id=screen_id,
        screens=screens.list_screens(db.session(), centre.id),
        screen=shown,
        is_by_hour=request.args.get("timer") == "1",
        hours=HOURS,
        boxes=BOXES_IN_A_LINE * _lines(len(shown.buttons)),
    )


def _lines(buttons: int) -> int:
    """How many lines of boxes each button gets, so that all are on one page."""
    for_each = PAGE_HIGH / max(1, buttons) - AROUND
    return min(MOST_LINES, max(1, int(for_each / LINE_HIGH)))
