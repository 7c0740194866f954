"""Taps that wait for a person: counted, or not."""

from uuid import UUID

from flask import Blueprint, Response, make_response, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from kiosk import guards
from kiosk.database import writing
from kiosk.domain import counting, operations, settling
from kiosk.extensions import db
from kiosk.forms.reviewing import SettleForm
from kiosk.forms.staff import StaffForm
from kiosk.htmx import own_path, see_other
from kiosk.kinds import Outcome, Role

bp = Blueprint("settling", __name__)


@bp.get("/venter")
@guards.for_role(Role.STAFF)
def held() -> Response:
    return _page()


@bp.post("/venter/<uuid:key>")
@guards.for_role(Role.STAFF)
def settle(key: UUID) -> BaseResponse:
    """Count a held tap or keep it uncounted; then back to where it was shown."""
    centre, person, form = guards.current_centre(), guards.current_person(), SettleForm()
    if not form.validate_on_submit() or form.op_id.data is None:
        return _page(form=form, status=422)
    decide = settling.accept if form.outcome.data == Outcome.ACCEPTED else settling.dismiss
    try:
        with writing(db.session()):
            if operations.do_once(db.session(), form.op_id.data, guards.now()):
                decide(db.session(), centre, key, person.user_id if person else None, guards.now())
            db.session.commit()
    except (settling.HeldTapNotFound, settling.AlreadySettled, settling.CannotAccept) as refusal:
        return _page(refusal=refusal, status=409)
    return see_other(own_path(request.args.get("next") or url_for("settling.held")))


def _page(*, form: StaffForm | None = None, refusal: Exception | None = None, status: int = 200) -> Response:
    centre = guards.current_centre()
    page = render_template(
        "reviewing/held.html",
        centre=centre,
        centres=guards.centres_to_choose(),
        held=settling.list_held(db.session(), centre.id),
        activities={one.key: one for one in counting.list_activities(db.session())},
        form=form or StaffForm(formdata=None),
        refusal=refusal,
    )
    return make_response(page, status)
