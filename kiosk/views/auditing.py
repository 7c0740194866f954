"""The log of changes."""

import re
from datetime import date

from flask import Blueprint, Response, make_response, render_template, request

from kiosk import guards
from kiosk.domain import auditing, counting
from kiosk.domain.auditing import Wish
from kiosk.extensions import db
from kiosk.kinds import Role
from kiosk.sentences import labels

bp = Blueprint("auditing", __name__)

LINES_A_PAGE = 50
FIRST_YEAR, LAST_YEAR = 1990, 2100
LARGEST_ID = 2**31 - 1


@bp.get("/endringslogg")
@guards.for_role(Role.LEADER)
def changes() -> Response:
    """Newest first, a page at a time; what is wrong in the address is as if it were not there."""
    centre, person = guards.current_centre(), guards.current_person()
    of_all = person is not None and person.centre_id is None
    wish = Wish(
        noun=request.args.get("hva", type=_noun),
        user_id=request.args.get("hvem", type=_id),
        first=request.args.get("fra", type=_day),
        last=request.args.get("til", type=_day),
    )
    before_id = request.args.get("eldre_enn", type=_id)
    # One more than is shown says whether there are others.
    lines = auditing.list_changes(
        db.session(), centre, wish, of_all_centres=of_all, before_id=before_id, limit=LINES_A_PAGE + 1
    )
    nouns, people = auditing.list_nouns_and_people(db.session(), centre, of_all_centres=of_all)
    page = {"lines": lines[:LINES_A_PAGE], "has_more": len(lines) > LINES_A_PAGE, "is_first": before_id is None}
    choice = {"wish": wish, "nouns": nouns, "people": people}
    context = {"centre": centre, "centres": guards.centres_to_choose()} | page | choice
    context["labels"] = labels(counting.list_activities(db.session()))
    # What the links to other pages of the log carry on.
    context["filters"] = {name: value for name, value in request.args.items() if name != "eldre_enn" and value}
    return make_response(render_template("auditing/changes.html", **context))


def _noun(text: str) -> str:
    if not re.fullmatch("[a-z_]{1,40}", text):
        raise ValueError
    return text


def _id(text: str) -> int:
    """An id as a database can hold it."""
    number = int(text)
    if not 0 < number <= LARGEST_ID:
        raise ValueError
    return number


def _day(text: str) -> date:
    day = date.fromisoformat(text)
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError
    return day
