"""Skjema: a screen on paper, for the day the power is out."""

from flask import Blueprint, abort, render_template, request

from kiosk import guards
from kiosk.domain import screens
from kiosk.domain.periods import local_day_and_hour
from kiosk.domain.setup_screens import find_screen
from kiosk.extensions import db
from kiosk.kinds import Role

bp = Blueprint("sheets", __name__)

# The hours that get a column of their own; what is outside goes into the first or the last.
HOURS = list(range(8, 20))


@bp.get("/skjema/<int:screen_id>")
@guards.for_role(Role.STAFF)
def sheet(screen_id: int) -> str:
    """By hour (`?timer=1`), or plain boxes to stroke."""
    centre = guards.current_centre()
    try:
        one = find_screen(db.session(), centre, screen_id)
    except screens.ScreenNotFound:
        abort(404)
    today, _ = local_day_and_hour(guards.now(), centre.timezone)
    shown = screens.show_screen(db.session(), one.id, today)
    is_by_hour = request.args.get("timer") == "1"
    return render_template(
        "sheets/sheet.html", centre=centre, screen_id=screen_id, screen=shown, is_by_hour=is_by_hour, hours=HOURS
    )
