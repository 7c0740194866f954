"""Who may enter while there is nobody yet: whoever had the code from the terminal."""

from collections.abc import Callable

from flask import abort, session, url_for
from werkzeug.wrappers import Response

from kiosk.domain import starting
from kiosk.domain.starting import Step
from kiosk.extensions import db
from kiosk.guards import View, current_tablet, look_at_role
from kiosk.htmx import see_other
from kiosk.kinds import Role

# Where a person's cookie says that this browser had the code.
PROOF = "start"


def for_first_start(*steps: Step) -> Callable[[View], View]:
    """A guard: open while the first start is at one of these steps (none: at any), and then to nobody, for good.

    Until there is a leader, it asks for the code; after that, for the leader.
    """

    def door() -> Response | None:
        here = starting.find_step(db.session())
        if current_tablet() is not None or here is Step.DONE:
            abort(404)
        if not steps:
            return None
        if here is Step.TABLET and here in steps:
            return look_at_role(Role.LEADER, fresh=True)
        if here not in steps or not has_proof():
            return see_other(url_for("starting.code"))
        return None

    def mark(view: View) -> View:
        view.door = door  # type: ignore[attr-defined]
        return view

    return mark


def has_proof() -> bool:
    """Whether this browser had the code that is valid now."""
    return starting.holds_start_code(db.session(), session.get(PROOF))


def keep_proof(proof: str) -> None:
    session[PROOF] = proof
