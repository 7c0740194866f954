"""Signing in and out."""

from collections.abc import Callable

from tests.build import PASSWORD
from tests.pages import PageClient

Browse = Callable[[str], PageClient]


def sign_in(client: PageClient, name: str, password: str, target: str = "/logg-inn") -> tuple[int, str]:
    form = client.get(target).forms()[0]
    answer = client.post(
        target,
        data={"csrf_token": form["csrf_token"], "name": name, "password": password},
        headers={"Referer": "http://localhost"},
    )
    return answer.status_code, answer.location or answer.get_data(as_text=True)


def test_name_and_password_lead_to_the_page_that_was_asked_for(browse: Browse) -> None:
    client = browse("nobody")
    assert client.client.get("/aar/2025").location == "/logg-inn?next=/aar/2025"
    assert sign_in(client, " liv  LEDER ", PASSWORD, "/logg-inn?next=/aar/2025") == (303, "/aar/2025")
    assert "Prøvesenteret" in client.get("/aar/2025").text()


def test_a_wrong_password_an_unknown_name_and_a_disabled_account_get_one_answer(browse: Browse) -> None:
    answers = set()
    for name, password in (("Liv Leder", "feil passord her"), ("Ingen", PASSWORD), ("Dag Sluttet", PASSWORD)):
        status, html = sign_in(browse("nobody"), name, password)
        answers.add((status, "Navnet eller passordet stemmer ikke" in html))
    assert answers == {(422, True)}


def test_an_empty_form_says_what_is_missing(browse: Browse) -> None:
    status, html = sign_in(browse("nobody"), "", "")
    assert status == 422 and "Skriv navnet ditt" in html and "Skriv passordet ditt" in html


def test_after_sign_out_the_pages_are_closed_also_to_a_copy_of_the_cookie(browse: Browse) -> None:
    client, copy = browse("nobody"), browse("nobody")
    sign_in(client, "Liv Leder", PASSWORD)
    cookie = client.client.get_cookie("kiosk_session")
    assert cookie is not None
    copy.client.set_cookie("kiosk_session", cookie.value)
    copy.get("/i-dag")
    token = client.get("/i-dag").forms()[-1]["csrf_token"]
    assert client.post("/logg-ut", data={"csrf_token": token}).location == "/logg-inn"
    for one in (client, copy):
        assert one.client.get("/i-dag").location == "/logg-inn?next=/i-dag"


def test_a_form_without_its_token_changes_nothing(browse: Browse) -> None:
    client = browse("nobody")
    assert client.post("/logg-inn", data={"name": "Liv Leder", "password": PASSWORD}).status_code == 400
    assert client.client.get("/i-dag").status_code == 303


def test_no_dynamic_page_may_be_kept_and_every_answer_has_its_headers(browse: Browse) -> None:
    for who, path in (("leader", "/i-dag"), ("door", "/"), ("nobody", "/logg-inn"), ("nobody", "/nowhere")):
        headers = browse(who).client.get(path).headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["Content-Security-Policy"].startswith("default-src 'none'; ") and "unsafe" not in str(headers)
        assert (headers["X-Content-Type-Options"], headers["Referrer-Policy"]) == ("nosniff", "same-origin")
