"""What every page stands on: static files and the sign of life."""

from flask import Blueprint, Response, abort, current_app, jsonify, request, url_for
from flask_babel import get_locale, gettext

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


@bp.get("/manifest.webmanifest")
@public
def manifest() -> Response:
    """What a browser needs to put the kiosk on a home screen; `start=trykk`: it starts with the staff screen."""
    icons = [
        {"src": _asset(f"icons/{name}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for name, size, purpose in (("icon-192", 192, "any"), ("icon-512", 512, "any"), ("maskable", 512, "maskable"))
    ]
    start = url_for("tapping.staff" if request.args.get("start") == "trykk" else "tapping.door")
    name = gettext("Tally kiosk")
    colours = {"background_color": "#faf7f1", "theme_color": "#faf7f1"}
    said = {"id": start, "start_url": start, "scope": "/", "display": "standalone", "lang": str(get_locale())}
    response = jsonify(name=name, short_name=name, icons=icons, **said, **colours)
    response.mimetype = "application/manifest+json"
    return response


def _asset(path: str) -> str:
    return url_for("shell.static", version=current_app.extensions["assets"].version, path=path)
