"""The tablets, as the leader looks after them."""

from flask import Blueprint, Response, current_app, make_response, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from kiosk import guards
from kiosk.addresses import reach
from kiosk.domain import locking, pairing, screens, stations
from kiosk.domain.periods import local_day_and_hour
from kiosk.errors import STATION_ERRORS, respond, tell_form
from kiosk.extensions import db
from kiosk.forms.staff import StaffForm
from kiosk.forms.stations import CodeForm, PinForm, StationForm
from kiosk.htmx import see_other, url_here
from kiosk.kinds import Role
from kiosk.models import Station
from kiosk.posting import save_once
from kiosk.wording import audience_words

bp = Blueprint("stations", __name__)


@bp.get("/nettbrett")
@guards.for_role(Role.LEADER)
def tablets() -> Response:
    """All tablets of the centre, and how to connect one more."""
    session, centre, config = db.session(), guards.current_centre(), current_app.config
    today, _ = local_day_and_hour(guards.now(), centre.timezone)
    there = stations.list_stations(session, centre.id)
    page = render_template(
        "stations/tablets.html",
        centre=centre,
        centres=guards.centres_to_choose(),
        today=today,
        stations=there,
        screens=stations.list_screens_of(session, there),
        health={one.station_id: one for one in pairing.list_health(session, centre.id, guards.now())},
        form=CodeForm(),
        reach=reach(request.host_url, config["KIOSK_HOST"], config["KIOSK_PORT"]),
    )
    return make_response(page)


@bp.route("/nettbrett/<int:station_id>", methods=["GET", "POST"])
@guards.for_role(Role.LEADER)
def tablet(station_id: int) -> BaseResponse:
    """One tablet: its name and its screens."""
    session, now, user_id = db.session(), guards.now(), guards.this_person().user_id
    station = stations.find_station(session, guards.current_centre().id, station_id)
    form = _station_form(station)
    if form.validate_on_submit():
        offered = screens.list_screens(session, station.centre_id)
        chosen = [one for one in offered if one.id in form.screens.data]
        try:
            save_once(
                form,
                lambda: stations.change_station(session, station, form.name.data or "", chosen, now, user_id),
            )
        except tuple(STATION_ERRORS) as error:
            tell_form(form, error)
        else:
            return see_other(url_here("stations.tablets"))
    return _tablet_page(station_id, form, PinForm(formdata=None))


@bp.post("/nettbrett/<int:station_id>/pin")
@guards.for_role(Role.LEADER)
def set_pin(station_id: int) -> BaseResponse:
    session, now = db.session(), guards.now()
    station = stations.find_station(session, guards.current_centre().id, station_id)
    form = PinForm()
    if form.validate_on_submit():
        try:
            save_once(
                form,
                lambda: locking.set_pin(session, station, form.pin.data or "", now, guards.this_person().user_id),
            )
        except locking.PinNotValid as error:
            tell_form(form, error)
        else:
            return see_other(url_here("stations.tablets"))
    return _tablet_page(station_id, _station_form(station, is_sent=False), form)


@bp.route("/nettbrett/<int:station_id>/koble-fra", methods=["GET", "POST"])
@guards.for_role(Role.LEADER)
def revoke(station_id: int) -> BaseResponse:
    """Asks first: a tablet that was cut off must be connected again on the spot."""
    session, now = db.session(), guards.now()
    centre = guards.current_centre()
    form = StaffForm()
    if form.validate_on_submit():
        save_once(
            form,
            lambda: stations.revoke(
                session,
                stations.find_station(session, centre.id, station_id),
                now,
                guards.this_person().user_id,
            ),
        )
        return see_other(url_here("stations.tablets"))
    station = stations.find_station(session, centre.id, station_id)
    page = render_template("stations/revoke.html", form=form, station=station, centre=centre)
    return make_response(page, 422 if form.errors else 200)


@bp.errorhandler(stations.StationNotFound)
def _no_station(error: stations.StationNotFound) -> Response:
    return respond(404)


def _station_form(station: Station, *, is_sent: bool = True) -> StationForm:
    its = stations.list_screens_of(db.session(), [station])[station.id]
    data = {"name": station.name, "screens": [one.id for one in its]}
    # A page with two forms: only one of them was sent.
    form = StationForm(data=data) if is_sent else StationForm(formdata=None, data=data)
    form.offer([(one.id, one.name) for one in screens.list_screens(db.session(), station.centre_id)])
    return form


def _tablet_page(station_id: int, form: StationForm, pin_form: PinForm) -> Response:
    centre = guards.current_centre()
    # As it stands now: what was refused above has left it as it was.
    station = stations.find_station(db.session(), centre.id, station_id)
    page = render_template(
        "stations/tablet.html",
        centre=centre,
        station=station,
        form=form,
        pin_form=pin_form,
        hints={one.id: audience_words(one.audience) for one in screens.list_screens(db.session(), centre.id)},
        tell_after=locking.TELL_AFTER,
    )
    return make_response(page, 422 if form.errors or pin_form.errors else 200)
