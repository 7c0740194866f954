"""Oppsett: what is counted, and how."""

from collections.abc import Callable

from flask import Blueprint, Response, abort, make_response, render_template, request, url_for
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response as BaseResponse

from kiosk import guards
from kiosk.domain import counting, setup_activities, setup_methods
from kiosk.domain.setup_activities import ActivityDraft, BelongsToAll
from kiosk.domain.setup_methods import MethodDraft
from kiosk.extensions import db
from kiosk.filters import words
from kiosk.forms.fields import by_language, choices_of, words_of
from kiosk.forms.setup_activities import INPUT_WORDS, ActivityForm, MethodForm
from kiosk.forms.setup_screens import MoveForm
from kiosk.forms.staff import StaffForm
from kiosk.htmx import see_other
from kiosk.kinds import Input, Role
from kiosk.models import Activity, Centre
from kiosk.posting import save_once

bp = Blueprint("setup_activities", __name__)

# What stands in a leader's way: beside which field, and in which words.
ERRORS = {
    setup_activities.LabelTaken: ("label_nb", lazy_gettext("Another activity is called this.")),
    setup_activities.WholeNotPossible: (
        "part_of",
        lazy_gettext("It cannot be part of this. What has parts, or is a sum of them, is itself part of nothing."),
    ),
    setup_activities.IsOnScreens: (
        "input",
        lazy_gettext("It has buttons. Take them off the screens first: only what is tapped has a button."),
    ),
    setup_activities.DecimalsAreFixed: (
        "decimals",
        lazy_gettext("Something is counted already, so this stays. Make a new activity and retire this one."),
    ),
}


@bp.get("/oppsett/aktiviteter")
@guards.for_role(Role.LEADER)
def activities() -> str:
    centre, by = guards.current_centre(), guards.this_person()
    every = counting.list_activities(db.session(), centre.id)
    return render_template(
        "setup/activities.html",
        centre=centre,
        centres=list(counting.list_centres(db.session())) if by.centre_id is None else [],
        in_use=[one for one in every if one.retired_at is None],
        retired=[one for one in every if one.retired_at is not None],
        changeable=setup_activities.list_changeable(db.session(), every, by),
        input_words=INPUT_WORDS,
        form=MoveForm(formdata=None),
    )


@bp.route("/oppsett/ny-aktivitet", methods=["GET", "POST"])
@guards.for_role(Role.LEADER)
def new_activity() -> BaseResponse:
    centre, by = guards.current_centre(), guards.this_person()
    form = _activity_form(centre, None)
    if by.centre_id is not None:
        del form.scope
    if form.validate_on_submit():
        draft, is_shared = _draft(form), "scope" in form and form.scope.data == "all"
        try:
            save_once(
                form,
                lambda: setup_activities.add_activity(
                    db.session(), centre, draft, is_shared=is_shared, by=by, now=guards.now()
                ),
            )
        except tuple(ERRORS) as error:
            _tell(form, error)
        else:
            return _back("setup_activities.activities")
    return _activity_page(centre, form, None)


@bp.route("/oppsett/aktiviteter/<key>", methods=["GET", "POST"])
@guards.for_role(Role.LEADER)
def activity(key: str) -> BaseResponse:
    """Shows an activity; changes it where the leader may."""
    centre, by = guards.current_centre(), guards.this_person()
    one = _find(centre, key, is_changing=request.method == "POST")
    form = _activity_form(centre, one)
    del form.scope
    if form.validate_on_submit():
        draft = _draft(form)
        try:
            save_once(
                form,
                lambda: setup_activities.change_activity(db.session(), centre, one, draft, by=by, now=guards.now()),
            )
        except tuple(ERRORS) as error:
            _tell(form, error)
        else:
            return _back("setup_activities.activities", one)
    return _activity_page(centre, form, one)


@bp.post("/oppsett/aktiviteter/<key>/flytt")
@guards.for_role(Role.LEADER)
def move(key: str) -> BaseResponse:
    is_up = MoveForm().direction.data == "up"
    return _do(
        key,
        lambda centre, one: setup_activities.move_activity(
            db.session(), centre, one, is_up=is_up, by=guards.this_person(), now=guards.now()
        ),
    )


@bp.post("/oppsett/aktiviteter/<key>/ta-ut")
@guards.for_role(Role.LEADER)
def retire(key: str) -> BaseResponse:
    return _do(
        key,
        lambda _, one: setup_activities.retire_activity(db.session(), one, by=guards.this_person(), now=guards.now()),
    )


@bp.post("/oppsett/aktiviteter/<key>/ta-inn")
@guards.for_role(Role.LEADER)
def bring_back(key: str) -> BaseResponse:
    return _do(
        key,
        lambda _, one: setup_activities.bring_back_activity(
            db.session(), one, by=guards.this_person(), now=guards.now()
        ),
    )


@bp.route("/oppsett/aktiviteter/<key>/tellemater", methods=["GET", "POST"])
@guards.for_role(Role.LEADER)
def methods(key: str) -> BaseResponse:
    centre, by = guards.current_centre(), guards.this_person()
    one, form = _find(centre, key), MethodForm()
    if by.centre_id is not None:
        del form.scope
    if form.validate_on_submit():
        is_shared = "scope" in form and form.scope.data == "all"
        draft = MethodDraft(form.valid_from.data, words_of(form, "words"), is_shared)
        try:
            save_once(
                form,
                lambda: setup_methods.add_method(db.session(), centre, one, draft, by=by, now=guards.now()),
            )
        except setup_methods.MethodTaken:
            form.valid_from.errors = [lazy_gettext("There is a method from this day already.")]
        else:
            return see_other(url_for("setup_activities.methods", key=key, senter=request.args.get("senter")))
    found = setup_methods.list_methods(db.session(), centre, one)
    context = {"centre": centre, "activity": one, "form": form, "methods": found, "person": by}
    page = render_template("setup/methods.html", plain_form=StaffForm(formdata=None), **context)
    return make_response(page, 422 if form.is_submitted() else 200)


@bp.post("/oppsett/aktiviteter/<key>/tellemater/<int:method_id>/fjern")
@guards.for_role(Role.LEADER)
def remove_method(key: str, method_id: int) -> BaseResponse:
    centre, by, form = guards.current_centre(), guards.this_person(), StaffForm()
    one = _find(centre, key)
    if not form.validate_on_submit():
        abort(400)
    try:
        save_once(
            form,
            lambda: setup_methods.remove_method(db.session(), centre, one, method_id, by=by, now=guards.now()),
        )
    except setup_methods.MethodNotFound:
        abort(404)
    except BelongsToAll:
        abort(403)
    return see_other(url_for("setup_activities.methods", key=key, senter=request.args.get("senter")))


def _find(centre: Centre, key: str, *, is_changing: bool = False) -> Activity:
    """One of the centre's activities, or 404; 403 for one that this leader may not change."""
    find = setup_activities.find_changeable if is_changing else None
    try:
        if find is None:
            return setup_activities.find_activity(db.session(), centre, key)
        return find(db.session(), centre, key, guards.this_person())
    except setup_activities.ActivityNotFound:
        abort(404)
    except BelongsToAll:
        abort(403)


def _activity_form(centre: Centre, one: Activity | None) -> ActivityForm:
    wholes = setup_activities.list_wholes(db.session(), centre, one)
    by_id = {whole.id: whole.key for whole in wholes}
    values: dict[str, object] = {}
    if one is not None:
        for name, said in (
            ("label", one.labels),
            ("unit", one.units),
            ("counts", one.counts),
            ("counts_not", one.counts_not),
        ):
            values |= by_language(name, said)
        values |= {"input": one.input.value, "decimals": one.decimals, "rolls_up": "yes" if one.rolls_up else "no"}
        values["part_of"] = by_id.get(one.part_of_id or 0, "")
    form = ActivityForm(data=values)
    nothing = {"": lazy_gettext("Nothing: it stands by itself")}
    form.part_of.choices = choices_of(nothing | {whole.key: words(whole.labels) for whole in wholes})
    return form


def _draft(form: ActivityForm) -> ActivityDraft:
    return ActivityDraft(
        labels=words_of(form, "label"),
        units=words_of(form, "unit"),
        counts=words_of(form, "counts"),
        counts_not=words_of(form, "counts_not"),
        decimals=form.decimals.data,
        part_of=form.part_of.data or None,
        input=Input(form.input.data),
        rolls_up=form.rolls_up.data == "yes",
    )


def _activity_page(centre: Centre, form: ActivityForm, one: Activity | None) -> Response:
    page = render_template(
        "setup/activity.html",
        centre=centre,
        form=form,
        activity=one,
        may_change=one is None or bool(setup_activities.list_changeable(db.session(), [one], guards.this_person())),
        input_words=INPUT_WORDS,
        plain_form=StaffForm(formdata=None),
    )
    return make_response(page, 422 if form.is_submitted() else 200)


def _tell(form: ActivityForm, error: Exception) -> None:
    field, said = ERRORS[type(error)]
    form[field].errors = [said]


def _do(key: str, change: Callable[[Centre, Activity], object]) -> BaseResponse:
    """A button beside an activity was pressed."""
    centre, form = guards.current_centre(), StaffForm()
    one = _find(centre, key, is_changing=True)
    if not form.validate_on_submit():
        abort(400)
    save_once(form, lambda: change(centre, one))
    return _back("setup_activities.activities", one)


def _back(endpoint: str, one: Activity | None = None) -> BaseResponse:
    anchor = f"activity-{one.id}" if one is not None else None
    return see_other(url_for(endpoint, senter=request.args.get("senter"), _anchor=anchor))
