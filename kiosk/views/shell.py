"""What every page stands on: static files and the sign of life."""

from flask import Blueprint, Response, abort, current_app, jsonify

from kiosk.domain.wire import MAGIC
from kiosk.guards import public

bp = Blueprint("shell", __name__)


@bp.get("/static/<version>/<path:path>")
@public
def static(version: str, path: str) -> Response:
    response = current_app.extensions["assets"].respond(version, path)
    if not isinstance(response, Response):
        abort(404)
    return response


@bp.get("/sw.js")
@public
def service_worker() -> Response:
    """At the root, because a service worker rules only what lies below it."""
    assets = current_app.extensions["assets"]
    response = assets.respond("", "js/sw.js")
    if not isinstance(response, Response):
        abort(404)
    return response


@bp.get("/healthz")
@public
def health() -> Response:
    """Answers with our magic, so that a tablet can tell the kiosk from a captive portal."""
    return jsonify(kiosk=MAGIC)
