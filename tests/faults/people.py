"""A person's browser at the real server: cookies, forms, an address of its own."""

import http.client
from dataclasses import dataclass
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from tests.faults.server import PATIENCE, Server
from tests.pages import Page


@dataclass(frozen=True)
class Reply:
    status: int
    location: str
    text: str


class Visitor:
    """`address`: one of this machine's own, 127.x.y.z. Whatever goes wrong with the line comes out as OSError."""

    def __init__(self, server: Server, *, address: str = "127.0.0.1", agent: str = "test", cookie: str = "") -> None:
        self.server, self.address, self.agent = server, address, agent
        self.cookies = dict([cookie.split("=", 1)]) if cookie else {}

    def ask(self, path: str, fields: dict[str, str] | None = None) -> Reply:
        """GET, or POST a form. Keeps the cookies that come back."""
        headers = {"User-Agent": self.agent, "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if fields is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        line = http.client.HTTPConnection(
            "127.0.0.1", self.server.port, timeout=PATIENCE, source_address=(self.address, 0)
        )
        try:
            body = None if fields is None else urlencode(fields)
            line.request("GET" if fields is None else "POST", path, body=body, headers=headers)
            answer = line.getresponse()
            text = answer.read().decode()
        except http.client.HTTPException as error:
            raise ConnectionError(repr(error)) from error
        finally:
            line.close()
        for value in answer.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: one.value for name, one in SimpleCookie(value).items()}
        return Reply(answer.status, answer.headers.get("Location", ""), text)

    def form(self, page: str, action: str) -> dict[str, str]:
        """The hidden fields of the form on this page that is sent to `action`."""
        return next(form for form in Page(self.ask(page).text).forms() if form["action"] == action)

    def submit(self, page: str, action: str, **fields: str) -> Reply:
        """Fill in and send that form."""
        return self.ask(action, self.form(page, action) | fields)

    def sign_in(self, name: str, password: str) -> Reply:
        return self.submit("/logg-inn", "/logg-inn", name=name, password=password)
