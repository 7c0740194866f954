"""Every component on one page, for those who build pages. Only in debug."""

from flask import Blueprint, render_template

from kiosk.guards import public

bp = Blueprint("patterns", __name__)


@bp.get("/patterns")
@public
def patterns() -> str:
    return render_template("patterns.html")
