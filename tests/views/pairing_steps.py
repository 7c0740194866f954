"""What the tablet and the leader do when they pair, through the pages."""

from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import func, select, update

from kiosk.database import writing
from kiosk.domain import stations
from kiosk.domain.pairing_codes import CODE_LASTS
from kiosk.models import Pairing
from tests.build import House
from tests.pages import Page, PageClient

Browse = Callable[[str], PageClient]


def open_koble(browse: Browse) -> PageClient:
    """A browser that has opened /koble and waits."""
    client = browse("nobody")
    client.get("/koble")
    return client


def code_on(tablet: PageClient) -> str:
    """The code it shows, as it is typed."""
    return "".join(tablet.get("/koble").text("main").partition("nettbrettet")[2].split()[:2])


def press(tablet: PageClient) -> tuple[int, str]:
    """“Sjekk nå”: where it leads."""
    form = tablet.get("/koble").forms()[0]
    answer = tablet.post("/koble", data={"csrf_token": form["csrf_token"]})
    return answer.status_code, answer.location


def form_on(page: Page, field: str) -> dict[str, str]:
    """The form that has this field, with what stands in its hidden fields."""
    form = next(form for form in page.forms() if field in form)
    return {name: form[name] for name in ("csrf_token", "op_id")}


def approve(leader: PageClient, code: str, screens: list[int], name: str = "Stua", **more: str) -> int:
    """Fill in the page of the code and send it. Returns the status."""
    page = leader.get(f"/koble/{code}")
    data = form_on(page, "name") | {"name": name, "screens": screens} | more
    return leader.post(f"/koble/{code}", data=data).status_code


def waiting(house: House) -> int:
    """Pairings that nobody has approved."""
    house.session.rollback()
    return house.session.scalar(select(func.count()).where(Pairing.station_id.is_(None))) or 0


def first_station(house: House) -> int:
    return stations.list_stations(house.session, house.centre.id)[0].id


def names(house: House) -> set[str]:
    house.session.rollback()
    return {one.name for one in stations.list_stations(house.session, house.centre.id)}


def age(house: House) -> None:
    """All codes were shown ten minutes ago."""
    with writing(house.session):
        house.session.execute(update(Pairing).values(created_at=datetime.now(UTC) - CODE_LASTS))
        house.session.commit()
