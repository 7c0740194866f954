"""The headers of every answer, and its compression."""

import gzip

from flask import Flask, Response, request

CSP = "; ".join(
    ["default-src 'none'"]
    + [f"{kind}-src 'self'" for kind in ("script", "style", "img", "font", "connect", "frame", "manifest", "worker")]
    + ["form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"]
)

ALWAYS = {"Content-Security-Policy": CSP, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"}

HSTS_SECONDS = 365 * 24 * 3600

# Below this a packet holds it anyway.
WORTH_COMPRESSING = 1000


# Of the one answer that a page of ours shows in a frame.
FRAMED = CSP.replace("frame-ancestors 'none'", "frame-ancestors 'self'")


def allow_framing(response: Response) -> None:
    """Let a page of our own show this answer in a frame."""
    response.headers["Content-Security-Policy"] = FRAMED


def init_app(app: Flask) -> None:
    @app.after_request
    def compress(response: Response) -> Response:
        # Static files are compressed already.
        if response.mimetype != "text/html":
            return response
        response.vary.add("Accept-Encoding")
        # That a form's token is compressed with the page is safe here: no other site can make a browser fetch
        # it, since the cookies are SameSite=Strict.
        if (response.calculate_content_length() or 0) >= WORTH_COMPRESSING and request.accept_encodings["gzip"]:
            response.set_data(gzip.compress(response.get_data(), 6, mtime=0))
            response.content_encoding = "gzip"
        return response

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in ALWAYS.items():
            response.headers.setdefault(name, value)
        if request.is_secure:
            # Who has come by HTTPS once is not to be led back to plain http. Only for this name.
            response.headers["Strict-Transport-Security"] = f"max-age={HSTS_SECONDS}"
        if request.endpoint != "shell.static":
            # Else the back button would show a staff page after sign-out.
            response.headers["Cache-Control"] = "no-store"
        return response
