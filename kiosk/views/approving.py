"""Pairing, in the leader's browser: the code is typed or scanned, looked at, and approved."""

from flask import Blueprint, abort, current_app, make_response, render_template, request
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response

from kiosk import guards
from kiosk.database import writing
from kiosk.domain import operations, pairing_codes, screens, stations
from kiosk.domain.screen_codes import read_code, spaced
from kiosk.errors import STATION_ERRORS, respond, tell_form
from kiosk.extensions import db
from kiosk.forms.staff import StaffForm
from kiosk.forms.stations import CodeForm, NewStationForm
from kiosk.htmx import render, see_other, url_here
from kiosk.kinds import Role
from kiosk.wording import audience_words

bp = Blueprint("approving", __name__)

REFUSALS = {
    pairing_codes.CodeUnknown: lazy_gettext("No tablet shows this code. Look at the tablet once more."),
    pairing_codes.CodeTooOld: lazy_gettext("This code is too old. The tablet shows a new one after ten minutes."),
    pairing_codes.CodeUsed: lazy_gettext(
        "This code has been used already. A tablet that is to be connected shows a new one."
    ),
}


@bp.route("/nettbrett/kode", methods=["GET", "POST"])
@guards.for_role(Role.LEADER)
def enter() -> Response:
    """The code, typed; the page it leads to looks at it."""
    form = CodeForm()
    if form.validate_on_submit():
        return see_other(url_here("approving.approval", code=read_code(form.code.data or "") or "-"))
    return _entry_page(form)


@bp.get("/koble/<code>")
@guards.for_role(Role.LEADER, fresh=True)
def approval(code: str) -> Response:
    """Asks before it approves; afterwards tells when the tablet is ready."""
    _refuse_guessing()
    approved = pairing_codes.find_approved(db.session(), code, guards.now())
    if approved is None:
        return _approval_page(code, None)
    context = {"url": url_here("approving.approval", code=code), "approved": approved}
    return render("pairing/approved.html", "pairing/_approved.html", centre=guards.current_centre(), **context)


@bp.post("/koble/<code>")
@guards.for_role(Role.LEADER, fresh=True)
def approve(code: str) -> Response:
    """As a new tablet, or as the one that `station` names, which was here before."""
    _refuse_guessing()
    station_id = request.form.get("station", type=int)
    form = _new_form() if station_id is None else StaffForm()
    if form.validate_on_submit():
        try:
            _approve(code, form, station_id)
        except tuple(STATION_ERRORS) as error:
            tell_form(form, error)
        else:
            return see_other(url_here("approving.approval", code=code))
    return _approval_page(code, form)


def _approve(code: str, form: StaffForm, station_id: int | None) -> None:
    session, now, person, centre = db.session(), guards.now(), guards.this_person(), guards.current_centre()
    with writing(session):
        if form.op_id.data and operations.do_once(session, form.op_id.data, now):
            if isinstance(form, NewStationForm):
                chosen = [one for one in screens.list_screens(session, centre.id) if one.id in form.screens.data]
                pairing_codes.approve_new(
                    session, code, chosen, form.name.data or "", now, pin=form.pin.data or "", user_id=person.user_id
                )
            else:
                station = stations.find_station(session, centre.id, station_id or 0)
                pairing_codes.approve_again(session, code, station, now, person.user_id)
        session.commit()


def _new_form(**data: object) -> NewStationForm:
    form = NewStationForm(data=data)
    form.offer([(one.id, one.name) for one in screens.list_screens(db.session(), guards.current_centre().id)])
    return form


def _approval_page(code: str, form: StaffForm | None) -> Response:
    """`form`: as it came back with its errors; None: nobody has filled it in yet."""
    if pairing_codes.find_approved(db.session(), code, guards.now()) is not None:
        raise pairing_codes.CodeUsed
    centre = guards.current_centre()
    offered = screens.list_screens(db.session(), centre.id)
    others = stations.list_stations(db.session(), centre.id)
    first = offered[0]
    is_taken = first.name in {one.name for one in others}
    suggested = _new_form(name="" if is_taken else first.name, screens=[first.id])
    page = render_template(
        "pairing/approval.html",
        code=spaced(code),
        action=url_here("approving.approve", code=code),
        centre=centre,
        centres=guards.centres_to_choose(),
        form=form if isinstance(form, NewStationForm) else suggested,
        refused=form,
        again=StaffForm(),
        others=others,
        hints={one.id: audience_words(one.audience) for one in offered},
    )
    return make_response(page, 422 if form and form.errors else 200)


def _entry_page(form: CodeForm, status: int | None = None) -> Response:
    status = status or (422 if form.errors else 200)
    return make_response(render_template("pairing/enter.html", form=form, centre=guards.current_centre()), status)


@bp.errorhandler(pairing_codes.CodeRefused)
def _refuse_code(error: pairing_codes.CodeRefused) -> Response:
    """Every code that cannot be approved: why, and a field for another."""
    if isinstance(error, pairing_codes.CodeUnknown):
        current_app.extensions["guesses"].take(_guesser(), 1)
    form = CodeForm(formdata=None, data={"code": (request.view_args or {}).get("code")})
    form.code.errors = [REFUSALS[type(error)]]
    return _entry_page(form, 410)


@bp.errorhandler(stations.StationNotFound)
def _no_station(error: stations.StationNotFound) -> Response:
    return respond(404)


def _refuse_guessing() -> None:
    """Aborts with 429 where this leader has typed too many codes that no tablet shows."""
    pause = current_app.extensions["guesses"].pause(_guesser())
    if pause:
        abort(respond(429, gettext("Too many wrong codes. Wait a moment and try again."), retry_after=pause))


def _guesser() -> tuple[str, int]:
    return "code", guards.this_person().user_id
