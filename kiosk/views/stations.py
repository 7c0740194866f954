"""Tablets: the link that makes this browser one."""

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask_login import logout_user
from werkzeug.wrappers import Response as BaseResponse

from kiosk import guards
from kiosk.database import writing
from kiosk.domain import access, pairing
from kiosk.extensions import db
from kiosk.htmx import see_other

bp = Blueprint("stations", __name__)


@bp.get("/koble")
@guards.for_people
def pairing_link() -> Response:
    """Asks before it pairs: a link that is only fetched ahead must not use the code up."""
    code = request.args.get("kode", "")
    try:
        station = pairing.find_link(db.session(), code, guards.now())
    except pairing.LinkNotValid:
        return make_response(render_template("stations/link_not_valid.html"), 410)
    return make_response(render_template("stations/link.html", station=station, code=code))


@bp.post("/koble")
@guards.for_people
def pair() -> BaseResponse:
    """A browser is either a tablet or a person: pairing ends its sign-in."""
    person = guards.current_person()
    try:
        with writing(db.session()):
            token = pairing.pair_by_link(db.session(), request.form.get("code", ""), guards.now())
            if person is not None:
                access.end_sign_in(db.session(), person.sign_in_id, guards.now())
            db.session.commit()
    except pairing.LinkNotValid:
        return make_response(render_template("stations/link_not_valid.html"), 410)
    logout_user()
    response = see_other(url_for("tapping.door"))
    guards.set_station_cookie(response, token)
    return response
