"""People who sign in, as their leader manages them."""

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from flask import Blueprint, flash, make_response, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from kiosk import guards
from kiosk.database import writing
from kiosk.domain import access, codes, managing, operations, people
from kiosk.errors import describe
from kiosk.extensions import db
from kiosk.forms.people import AddPersonForm, RoleForm
from kiosk.forms.staff import StaffForm
from kiosk.htmx import see_other
from kiosk.kinds import Role

bp = Blueprint("people", __name__)

FormWithCentre = TypeVar("FormWithCentre", bound=RoleForm)


@bp.get("/folk")
@guards.for_role(Role.LEADER)
def everybody() -> Response:
    users = people.list_users(db.session(), guards.this_person(), guards.now())
    return _page("people/list.html", users=users)


@bp.route("/folk/ny", methods=["GET", "POST"])
@guards.for_role(Role.LEADER)
def add() -> Response:
    form = _with_centres(AddPersonForm())
    if form.validate_on_submit():
        try:
            user_id = _add(form)
        except (access.NameTaken, access.NameMissing) as error:
            form.name.errors = [describe(error)]
        else:
            return see_other(url_for("people.code", user_id=user_id, op=form.op_id.data))
    return _page("people/add.html", 422 if form.is_submitted() else 200, form=form)


@bp.get("/folk/<row:user_id>")
@guards.for_role(Role.LEADER)
def one(user_id: int) -> Response:
    return _show_one(user_id)


@bp.post("/folk/<row:user_id>/rolle")
@guards.for_role(Role.LEADER)
def change_role(user_id: int) -> Response:
    form = _with_centres(RoleForm())
    if not form.validate_on_submit():
        return _show_one(user_id, 422, role_form=form)
    return _change(
        user_id,
        managing.change_role,
        Role(form.role.data),
        _slug(form),
        form=form,
        said=gettext("The role is changed."),
    )


@bp.post("/folk/<row:user_id>/steng")
@guards.for_role(Role.LEADER)
def disable(user_id: int) -> Response:
    return _change(user_id, managing.disable, form=StaffForm(), said=gettext("Access is closed."))


@bp.post("/folk/<row:user_id>/apne")
@guards.for_role(Role.LEADER)
def enable(user_id: int) -> Response:
    return _change(user_id, managing.enable, form=StaffForm(), said=gettext("Access is open again."))


@bp.post("/folk/<row:user_id>/kode")
@guards.for_role(Role.LEADER)
def reset(user_id: int) -> Response:
    form = StaffForm()
    if not form.validate_on_submit():
        return _show_one(user_id, 422, form=form)
    code_hash = codes.hash_code(_code(form.op_id.data))
    there = url_for("people.code", user_id=user_id, op=form.op_id.data)
    return _change(user_id, managing.reset, code_hash, form=form, there=there)


@bp.get("/folk/<row:user_id>/kode")
@guards.for_role(Role.LEADER)
def code(user_id: int) -> Response:
    """Shows the code again to the browser that made it, as long as it waits to be used; to no other."""
    user = people.find_user(db.session(), guards.this_person(), user_id, guards.now())
    op_id = request.args.get("op", type=UUID)
    shown = _code(op_id) if op_id else ""
    if not codes.is_current(db.session(), user_id, shown, guards.now()):
        shown = ""
    return _page("people/code.html", user=user, code=codes.show_code(shown))


def _add(form: AddPersonForm) -> int:
    """The one transaction of a new person. Returns the id, also to a form that is sent twice."""
    leader, now = guards.this_person(), guards.now()
    name, role, slug = form.name.data or "", Role(form.role.data), _slug(form)
    # Slow, so before anything is written.
    code_hash = codes.hash_code(_code(form.op_id.data))
    with writing(db.session()):
        if operations.do_once(db.session(), form.op_id.data, now):
            user_id = managing.add_person(db.session(), leader, name, role, slug, code_hash, now)
        else:
            user_id = people.find_user_id(db.session(), leader, name)
        db.session.commit()
    return user_id


def _change(
    user_id: int, change: Callable[..., None], *how: Any, form: StaffForm, said: str = "", there: str | None = None
) -> Response:
    """One press on somebody's page: done once and said there, or the page again with what stopped it."""
    if not form.validate_on_submit():
        return _show_one(user_id, 422, form=form)
    leader, now = guards.this_person(), guards.now()
    try:
        with writing(db.session()):
            if operations.do_once(db.session(), form.op_id.data, now):
                change(db.session(), leader, user_id, *how, now)
            db.session.commit()
    except (managing.LastLeader, managing.IsOneself) as error:
        return _show_one(user_id, 409, problem=describe(error))
    if said:
        flash(said)
    # Whoever changed their own role may have lost this page.
    own = url_for("tapping.door") if user_id == leader.user_id else url_for("people.one", user_id=user_id)
    return see_other(there or own)


def _show_one(
    user_id: int,
    status: int = 200,
    *,
    form: StaffForm | None = None,
    role_form: RoleForm | None = None,
    problem: str | None = None,
) -> Response:
    user = people.find_user(db.session(), guards.this_person(), user_id, guards.now())
    role_form = role_form or _with_centres(RoleForm(formdata=None, role=user.role, centre=user.centre_slug or ""))
    return _page("people/one.html", status, user=user, form=form or StaffForm(), role_form=role_form, problem=problem)


def _code(op_id: UUID) -> str:
    """The code of a form of this browser."""
    return codes.derive_code(current_user.token, op_id)


def _with_centres(form: FormWithCentre) -> FormWithCentre:
    leader = guards.this_person()
    centres = people.list_own_centres(db.session(), leader)
    form.offer_centres([(one.slug, one.name) for one in centres], with_all=leader.centre_id is None)
    return form


def _slug(form: RoleForm) -> str | None:
    """Who leads one centre puts people in that one."""
    return form.slug() if guards.this_person().centre_id is None else guards.current_centre().slug


def _page(template: str, status: int = 200, **context: Any) -> Response:
    """A page of these, in the centre's time."""
    leader, centre = guards.this_person(), guards.current_centre()
    return make_response(
        render_template(
            template,
            centre=centre if leader.centre_id else None,
            timezone=centre.timezone,
            leader=leader,
            **context,
        ),
        status,
    )
