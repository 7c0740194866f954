"""Oppsett: screens and their buttons."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import date

from flask import Blueprint, Response, abort, make_response, render_template, request, url_for
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response as BaseResponse

from kiosk import guards
from kiosk.domain import counting, screens, setup_screens
from kiosk.domain.setup_screens import ButtonDraft
from kiosk.extensions import db
from kiosk.filters import words
from kiosk.forms.fields import by_language, choices_of, words_of
from kiosk.forms.setup_screens import AUDIENCE_WORDS, ButtonForm, MoveForm, NameForm, ScreenForm
from kiosk.forms.staff import StaffForm
from kiosk.htmx import see_other
from kiosk.kinds import Audience, Role
from kiosk.models import Activity, Button, Centre, Screen
from kiosk.posting import save_once
from kiosk.showing import show_preview

bp = Blueprint("setup_screens", __name__)

NAME_TAKEN = lazy_gettext("Another screen is called this.")
# What stands in a leader's way: beside which field, and in which words.
BUTTON_ERRORS = {
    setup_screens.NotTapped: ("activity", lazy_gettext("It is not tapped any more. Choose another one.")),
    setup_screens.OnScreenAlready: ("activity", lazy_gettext("It has a button on this screen already.")),
    setup_screens.TooManyButtons: (
        "season_to",
        lazy_gettext("More than six buttons would stand on this screen at once. Remove one, or choose other days."),
    ),
}


@bp.route("/oppsett/skjermbilder", methods=["GET", "POST"])
@guards.for_role(Role.LEADER)
def all_screens() -> BaseResponse:
    """The centre's screens, by whom they are for, and a form for a further one."""
    centre, by, form = guards.current_centre(), guards.this_person(), ScreenForm()
    if form.validate_on_submit():
        name, audience = form.name.data, Audience(form.audience.data)
        try:
            save_once(
                form,
                lambda: setup_screens.add_screen(db.session(), centre, name, audience, by=by, now=guards.now()),
            )
        except setup_screens.ScreenNameTaken:
            form.name.errors = [NAME_TAKEN]
        else:
            return see_other(url_for("setup_screens.all_screens", senter=request.args.get("senter")))
    found = screens.list_screens(db.session(), centre.id)
    page = render_template(
        "setup/screens.html",
        centre=centre,
        centres=list(counting.list_centres(db.session())) if by.centre_id is None else [],
        audiences={word: [one for one in found if one.audience == name] for name, word in AUDIENCE_WORDS.items()},
        buttons={one.id: setup_screens.list_buttons(db.session(), one) for one in found},
        tablets={one.id: setup_screens.list_tablets(db.session(), one) for one in found},
        form=form,
    )
    return make_response(page, 422 if form.is_submitted() else 200)


@bp.route("/oppsett/skjermbilder/<int:screen_id>", methods=["GET", "POST"])
@guards.for_role(Role.LEADER)
def screen(screen_id: int) -> BaseResponse:
    """A screen as it will be, and its buttons; posted, it gets another name."""
    centre, by, form = guards.current_centre(), guards.this_person(), NameForm()
    one = _find(centre, screen_id)
    if form.validate_on_submit():
        name = form.name.data
        try:
            save_once(
                form,
                lambda: setup_screens.rename_screen(db.session(), centre, one, name, by=by, now=guards.now()),
            )
        except setup_screens.ScreenNameTaken:
            form.name.errors = [NAME_TAKEN]
        else:
            return _to_screen(one.id)
    if not form.is_submitted():
        form.name.data = one.name
    return _screen_page(centre, one, form)


@bp.post("/oppsett/skjermbilder/<int:screen_id>/fjern")
@guards.for_role(Role.LEADER)
def remove(screen_id: int) -> BaseResponse:
    centre, by, form = guards.current_centre(), guards.this_person(), StaffForm()
    one = _find(centre, screen_id)
    if not form.validate_on_submit():
        abort(400)
    try:
        save_once(form, lambda: setup_screens.remove_screen(db.session(), centre, one, by=by, now=guards.now()))
    except (setup_screens.ScreenIsShown, setup_screens.LastScreen):
        # The page says why: a tablet shows it now, or it has become the last one.
        return _screen_page(centre, one, NameForm(formdata=None, name=one.name), 422)
    return see_other(url_for("setup_screens.all_screens", senter=request.args.get("senter")))


@bp.route("/oppsett/skjermbilder/<int:screen_id>/ny-knapp", methods=["GET", "POST"])
@guards.for_role(Role.LEADER)
def new_button(screen_id: int) -> BaseResponse:
    centre, by, form = guards.current_centre(), guards.this_person(), ButtonForm()
    one = _find(centre, screen_id)
    offers = setup_screens.list_offers(db.session(), centre, one)
    form.activity.choices = choices_of({offer.key: words(offer.labels) for offer in offers})
    if form.validate_on_submit():
        key, draft = form.activity.data, _draft(form)
        try:
            save_once(
                form,
                lambda: setup_screens.add_button(db.session(), centre, one, key, draft, by=by, now=guards.now()),
            )
        except tuple(BUTTON_ERRORS) as error:
            _tell(form, error)
        else:
            return _to_screen(one.id)
    return _button_page(centre, one, form)


@bp.route("/oppsett/skjermbilder/<int:screen_id>/knapper/<int:button_id>", methods=["GET", "POST"])
@guards.for_role(Role.LEADER)
def button(screen_id: int, button_id: int) -> BaseResponse:
    centre, by = guards.current_centre(), guards.this_person()
    one, found, activity = _find_button(centre, screen_id, button_id)
    form = ButtonForm(data=by_language("label", found.labels) | asdict(setup_screens.draft_of(found)))
    del form.activity
    if form.validate_on_submit():
        draft = _draft(form)
        try:
            save_once(
                form,
                lambda: setup_screens.change_button(db.session(), one, found, activity, draft, by=by, now=guards.now()),
            )
        except tuple(BUTTON_ERRORS) as error:
            _tell(form, error)
        else:
            return _to_screen(one.id, button_id)
    return _button_page(centre, one, form, activity=activity, button_id=button_id)


@bp.post("/oppsett/skjermbilder/<int:screen_id>/knapper/<int:button_id>/flytt")
@guards.for_role(Role.LEADER)
def move_button(screen_id: int, button_id: int) -> BaseResponse:
    is_up = MoveForm().direction.data == "up"
    return _do(
        screen_id,
        button_id,
        lambda one, found, activity: setup_screens.move_button(
            db.session(), one, found, activity, is_up=is_up, by=guards.this_person(), now=guards.now()
        ),
    )


@bp.post("/oppsett/skjermbilder/<int:screen_id>/knapper/<int:button_id>/fjern")
@guards.for_role(Role.LEADER)
def remove_button(screen_id: int, button_id: int) -> BaseResponse:
    return _do(
        screen_id,
        button_id,
        lambda one, found, activity: setup_screens.remove_button(
            db.session(), one, found, activity, by=guards.this_person(), now=guards.now()
        ),
    )


@bp.route("/oppsett/skjermbilder/<int:screen_id>/vis", methods=["GET", "POST"])
@guards.for_role(Role.LEADER)
def preview(screen_id: int) -> BaseResponse:
    """The screen on `dag`, a day of its season changes; posted a button's form, as it would be with that button."""
    centre, form, day, trial = guards.current_centre(), ButtonForm(), guards.current_day(), None
    one = _find(centre, screen_id)
    if form.is_submitted():
        trial = _read_trial(centre, one, form)
        day = screens.next_in_season(trial.button, day) if trial else day
    elif (asked := request.args.get("dag", type=date.fromisoformat)) in _season_changes(one):
        day = asked
    return show_preview(screens.show_screen(db.session(), one.id, day, trial), day)


def _season_changes(one: Screen) -> list[date]:
    buttons = [found for found, _ in setup_screens.list_buttons(db.session(), one)]
    return setup_screens.list_season_changes(buttons, guards.current_day())


def _read_trial(centre: Centre, one: Screen, form: ButtonForm) -> screens.Trial | None:
    """The button of a form that is not saved yet; None while the form is not valid."""
    button_id = request.args.get("knapp", type=int)
    found: Button | None = None
    activity: Activity | None
    if button_id is not None:
        del form.activity
        _, found, activity = _find_button(centre, one.id, button_id)
    else:
        offers = {offer.key: offer for offer in setup_screens.list_offers(db.session(), centre, one)}
        form.activity.choices = choices_of({key: words(offer.labels) for key, offer in offers.items()})
        activity = offers.get(form.activity.data)
    if not form.validate() or activity is None:
        return None
    return setup_screens.try_button(one, found, activity, _draft(form))


def _find(centre: Centre, screen_id: int) -> Screen:
    try:
        return setup_screens.find_screen(db.session(), centre, screen_id)
    except screens.ScreenNotFound:
        abort(404)


def _find_button(centre: Centre, screen_id: int, button_id: int) -> tuple[Screen, Button, Activity]:
    try:
        return setup_screens.find_button(db.session(), centre, screen_id, button_id)
    except (screens.ScreenNotFound, setup_screens.ButtonNotFound):
        abort(404)


def _draft(form: ButtonForm) -> ButtonDraft:
    return ButtonDraft(
        labels=words_of(form, "label"),
        icon=form.icon.data,
        colour=form.colour.data,
        quick_counts=form.quick_counts.data,
        usual_maximum=form.usual_maximum.data,
        season_from=form.season_from.data,
        season_to=form.season_to.data,
    )


def _tell(form: ButtonForm, error: Exception) -> None:
    field, said = BUTTON_ERRORS[type(error)]
    form[field].errors = [said]


def _screen_page(centre: Centre, one: Screen, form: NameForm, status: int | None = None) -> Response:
    today = guards.current_day()
    page = render_template(
        "setup/screen.html",
        centre=centre,
        one=one,
        rows=[
            (found, activity, screens.is_in_season(found, today))
            for found, activity in setup_screens.list_buttons(db.session(), one)
        ],
        changes=_season_changes(one),
        tablets=setup_screens.list_tablets(db.session(), one),
        is_last=setup_screens.is_last(db.session(), centre, one),
        audience=AUDIENCE_WORDS[one.audience.value],
        form=form,
        plain_form=MoveForm(formdata=None),
    )
    return make_response(page, status or (422 if form.is_submitted() else 200))


def _button_page(centre: Centre, one: Screen, form: ButtonForm, **about: object) -> Response:
    page = render_template("setup/button.html", centre=centre, screen=one, form=form, **about)
    return make_response(page, 422 if form.is_submitted() else 200)


def _do(screen_id: int, button_id: int, change: Callable[[Screen, Button, Activity], object]) -> BaseResponse:
    """A button beside a button was pressed."""
    form, found = StaffForm(), _find_button(guards.current_centre(), screen_id, button_id)
    if not form.validate_on_submit():
        abort(400)
    save_once(form, lambda: change(*found))
    return _to_screen(screen_id, button_id)


def _to_screen(screen_id: int, button_id: int | None = None) -> BaseResponse:
    anchor = f"button-{button_id}" if button_id is not None else None
    return see_other(
        url_for("setup_screens.screen", screen_id=screen_id, senter=request.args.get("senter"), _anchor=anchor)
    )
