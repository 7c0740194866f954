"""The headers of every answer."""

from flask import Flask, Response, request

CSP = "; ".join(
    ["default-src 'none'"]
    + [f"{kind}-src 'self'" for kind in ("script", "style", "img", "font", "connect", "manifest", "worker")]
    + ["form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"]
)


def init_app(app: Flask) -> None:
    @app.after_request
    def add_headers(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = CSP
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        if request.endpoint != "shell.static":
            # Else the back button would show a staff page after sign-out.
            response.headers["Cache-Control"] = "no-store"
        return response
