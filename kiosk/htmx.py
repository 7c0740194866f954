"""Page or fragment, redirect, trigger."""

from typing import Any
from urllib.parse import urlsplit

from flask import Response, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse


def is_fragment() -> bool:
    """Whether htmx asks for a part of a page."""
    return request.headers.get("HX-Request") == "true"


def render(page: str, fragment: str, **context: Any) -> Response:
    """The page, or only its fragment when htmx asks; one address with two bodies says so in Vary."""
    response = make_response(render_template(fragment if is_fragment() else page, **context))
    response.vary.add("HX-Request")
    return response


def url_here(endpoint: str, **values: Any) -> str:
    """The address of a page for the same centre (`?senter=`) as the one that is asked for."""
    return url_for(endpoint, senter=request.args.get("senter"), **values)


def see_other(location: str) -> BaseResponse:
    """Send the browser to another page, whoever asked."""
    if is_fragment():
        response = Response(status=204)
        response.headers["HX-Redirect"] = location
        return response
    return redirect(location, 303)


def own_path(target: str | None) -> str:
    """`target` if it is a page of our own that can be fetched, else the first page: where to go after sign-in."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return url_for("tapping.door")
    try:
        adapter = current_app.create_url_adapter(request)
        if adapter is not None:
            adapter.match(urlsplit(target).path, method="GET")
    except Exception:  # any routing error means: no such page
        return url_for("tapping.door")
    return target
