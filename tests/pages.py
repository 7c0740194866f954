"""The test client: it inspects every page it fetches."""

from collections import Counter
from html.parser import HTMLParser
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kiosk.guards import STATION_COOKIE

VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source"}


class Page(HTMLParser):
    """A page must have: one h1, a title, a language, unique ids, labelled fields, targets that exist, no inline."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.texts: dict[str, list[str]] = {}
        self.problems: list[str] = []
        self.feed(html)
        self.close()
        if self.open:
            self.problems.append(f"never closed: {self.open}")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1] != tag:
            self.problems.append(f"</{tag}> closes {self.open[-1:] or 'nothing'}")
        if tag in self.open:
            while self.open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        for tag in set(self.open):
            self.texts.setdefault(tag, []).append(data)

    def text(self, tag: str = "body") -> str:
        """All text inside the elements of this name, spaces folded."""
        return " ".join("".join(self.texts.get(tag, [])).split())

    def values(self, attribute: str, tag: str | None = None) -> list[str]:
        return [a[attribute] or "" for name, a in self.tags if attribute in a and tag in (None, name)]

    def forms(self) -> list[dict[str, str]]:
        """The fields of each form, by name, in order; `action` under its own key."""
        found: list[dict[str, str]] = []
        for tag, attributes in self.tags:
            if tag == "form":
                found.append({"action": attributes.get("action") or ""})
            if tag in ("input", "button") and attributes.get("name") and found:
                found[-1][attributes["name"] or ""] = attributes.get("value") or ""
        return found

    def inspect(self, *, whole: bool = True) -> None:
        """Raises AssertionError with everything that is wrong."""
        names = [name for name, _ in self.tags]
        ids = self.values("id")
        wrong = list(self.problems)
        wrong += [f"id {id} twice" for id, times in Counter(ids).items() if times > 1]
        if whole:
            wrong += [] if names.count("h1") == 1 else [f"{names.count('h1')} h1"]
            wrong += [] if self.text("title") else ["no title"]
            wrong += [] if any(a.get("lang") for name, a in self.tags if name == "html") else ["no lang"]
            for attribute in ("for", "aria-labelledby", "aria-describedby", "aria-controls"):
                for value in self.values(attribute):
                    wrong += [f"{attribute} points at missing {id}" for id in value.split() if id not in ids]
            wrong += [
                f"#{href[1:]} is nowhere"
                for href in self.values("href", "a")
                if href[:1] == "#" and href[1:] not in ids
            ]
        for tag, attributes in self.tags:
            wrong += [f"inline {name} on {tag}" for name in attributes if name == "style" or name.startswith("on")]
            if tag in ("input", "select", "textarea") and attributes.get("type") not in ("hidden", "submit"):
                is_labelled = attributes.get("id") in self.values("for") or "aria-label" in attributes
                wrong += [] if is_labelled else [f"{tag} {attributes.get('name')} has no label"]
            if tag == "script" and "src" not in attributes:
                wrong.append("inline script")
            if tag == "form" and "action" not in attributes:
                wrong.append("form without action")
        assert not wrong, "; ".join(wrong)


class PageClient:
    """A browser of one of the house's people or tablets."""

    def __init__(self, app: Flask, *, station: str | None = None, sign_in: str | None = None) -> None:
        self.client: FlaskClient = app.test_client()
        if station:
            self.client.set_cookie(STATION_COOKIE, station)
        if sign_in:
            with self.client.session_transaction() as session:
                session["_user_id"] = sign_in

    def get(self, path: str, status: int = 200, **options: Any) -> Page:
        """Fetch and inspect a page."""
        response = self.client.get(path, **options)
        assert response.status_code == status, f"{path}: {response.status_code}"
        page = Page(response.get_data(as_text=True))
        page.inspect(whole="HX-Request" not in (options.get("headers") or {}))
        return page

    def post(self, path: str, **options: Any) -> TestResponse:
        return self.client.post(path, **options)

    def submit(self, path: str, action: str, **fields: str) -> TestResponse:
        """Fill in and send the form on the page at `path` that is sent to `action`."""
        form = next(form for form in self.get(path).forms() if form["action"] == action)
        return self.post(form.pop("action"), data=form | fields)

    def post_taps(self, body: object, **headers: str) -> TestResponse:
        return self.client.post("/api/taps", json=body, headers={"X-Kiosk": "1"} | headers)
