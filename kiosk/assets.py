"""Static files under one version: /static/<version>/css/kiosk.css.

The version is a hash over all of them, so that a page and everything it asks for belong together, module
imports included, and a browser may keep each file for ever. They are few and small: they are read and
compressed once, at the start.
"""

import gzip
import hashlib
import mimetypes
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from flask import Flask, Response, request, url_for

ONE_YEAR = 365 * 24 * 3600
COMPRESSIBLE = ("text/", "application/json", "image/svg+xml", "application/manifest+json")

# No page asks for it: templates/macros/icon.html draws what a page shows.
SPRITE = "icons/kiosk.svg"

# Not every system knows these.
TYPES = {".js": "text/javascript", ".svg": "image/svg+xml", ".webmanifest": "application/manifest+json"}


@dataclass(frozen=True)
class Asset:
    mimetype: str
    content: bytes

    @cached_property
    def compressed(self) -> bytes | None:
        if not self.mimetype.startswith(COMPRESSIBLE):
            return None
        return gzip.compress(self.content, 9, mtime=0)


class Assets:
    """All files of a folder, by their path in it."""

    def __init__(self, folder: Path) -> None:
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        self.by_path = {path.relative_to(folder).as_posix(): _read(path) for path in files}
        digest = hashlib.sha256()
        for name, asset in self.by_path.items():
            digest.update(name.encode() + b"\0" + asset.content)
        self.version = digest.hexdigest()[:12]

    def respond(self, version: str, path: str) -> Response | None:
        """The file, or None. One asked for under another version is answered, but not to be kept."""
        asset = self.by_path.get(path)
        if asset is None:
            return None
        compressed = asset.compressed if request.accept_encodings["gzip"] else None
        response = Response(compressed or asset.content, mimetype=asset.mimetype)
        if compressed:
            response.content_encoding = "gzip"
        response.vary.add("Accept-Encoding")
        if version == self.version:
            response.cache_control.public = True
            response.cache_control.max_age = ONE_YEAR
            response.cache_control.immutable = True
        else:
            response.cache_control.no_cache = True
        return response


def init_app(app: Flask) -> None:
    """Reads the files and gives templates `asset("css/kiosk.css")`. Raises KeyError for one that is not there."""
    assets = Assets(Path(__file__).parent / "static")
    app.extensions["assets"] = assets

    def asset(path: str) -> str:
        if path not in assets.by_path:
            raise KeyError(f"no static file {path}")
        return url_for("shell.static", version=assets.version, path=path)

    icons = read_icons(assets.by_path[SPRITE].content)

    def icon_lines(name: str) -> list[str]:
        # A name from a time when the set was another one draws nothing; the word still stands.
        return icons.get(name, [])

    app.extensions["icons"] = list(icons)
    app.jinja_env.globals.update(asset=asset, icon_lines=icon_lines)
    app.jinja_env.globals["static_version"] = assets.version


def read_icons(sprite: bytes) -> dict[str, list[str]]:
    """{name: what its paths draw} of each <symbol>, in the order of the file."""
    symbols = re.findall(r'<symbol id="([\w-]+)"[^>]*>(.*?)</symbol>', sprite.decode(), re.DOTALL)
    return {name: re.findall(r'\bd="([^"]+)"', paths) for name, paths in symbols}


def _read(path: Path) -> Asset:
    mimetype = TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Asset(mimetype, path.read_bytes())
