"""Every page in each of its states, for whatever looks at all of them: the check of accessibility, the gallery.

A new page gets a line in SIGHTS. `who`: a tablet by the word for its screen (`several`: one with all of them, `bare`:
one without a button), `leader`, `leader of all` centres, `staff member`, `reader`, `nobody`, `outsider` (nobody, from
another machine), or `newcomer` and `starter`, who meet an installation where nothing was started yet; a starter has
written the code. What is done names nothing by its words: the pages are looked at in every language.
"""

from dataclasses import dataclass
from datetime import date

from tests.browser.acts import (
    Act,
    add_seasonal,
    ask_to_be_paired,
    correct_twice,
    lock,
    open_hours,
    open_pad,
    open_sheet,
    press,
    retire,
    see,
    submit,
    submit_week,
    take_back,
    tap,
    tap_in_vain,
    tap_offline,
    tap_unpaired,
    then,
    try_pins,
    type_pin,
    unlock,
)
from tests.browser.demo import BARE_SCREEN, NEW, YEAR
from tests.build import PASSWORD

TODAY = date.today()  # noqa: DTZ011
CENTRE = {"name": "Prøvesenteret"}
ACCOUNT = {"name": "Liv Leder", "password": PASSWORD, "again": PASSWORD}


@dataclass(frozen=True)
class Sight:
    """A page, and what is done on it until it is in the state that `name` says. A slip is in no gallery."""

    name: str
    who: str
    path: str
    act: Act | None = None
    is_slip: bool = False


TABLETS = [
    Sight("door", "door", "/"),
    Sight("door after a tap", "door", "/", tap),
    Sight("door after undo", "door", "/", then(tap, press("#undo button"), see("#after[hidden]"))),
    Sight("door with larger text", "door", "/?tekst=stor", tap),
    Sight("door where nothing works", "door", "/", tap_in_vain),
    Sight("door without a network", "door", "/", tap_offline),
    Sight("door, no longer connected", "door", "/", tap_unpaired),
    Sight("door without buttons", "bare", "/"),
    Sight("door with more screens", "several", "/"),
    Sight("keypad", "several", "/", press("#screens a")),
    Sight("keypad, wrong PIN", "several", "/skjerm/2/pin", type_pin("999999"), is_slip=True),
    Sight("keypad, resting", "several", "/skjerm/2/pin", try_pins, is_slip=True),
    Sight("volunteer behind PIN", "several", "/", unlock),
    Sight("door, locked again", "several", "/", then(unlock, lock)),
    Sight("volunteer", "volunteer", "/"),
    Sight("volunteer after a tap", "volunteer", "/", tap),
    Sight("volunteer, number pad", "volunteer", "/", open_pad),
    Sight("volunteer, newest taps", "volunteer", "/", then(open_sheet("newest"), see("#newest-list li"))),
    Sight("volunteer, a tap taken back", "volunteer", "/", take_back),
    Sight("volunteer, hours", "volunteer", "/", open_hours),
    Sight("volunteer, food bags", "volunteer", "/matdag"),
    Sight("volunteer, food bags, wrong", "volunteer", "/matdag", submit("#food", packed="mange"), is_slip=True),
    Sight("staff", "staff", "/"),
    Sight("staff without a network", "staff", "/", tap_offline),
    Sight("staff, number pad", "staff", "/", open_pad),
    Sight("staff, what counts", "staff", "/", open_sheet("definitions")),
    Sight("staff, newest taps", "staff", "/siste"),
]

NOBODY = [
    Sight("sign in", "nobody", "/logg-inn"),
    Sight(
        "sign in, wrong",
        "nobody",
        "/logg-inn",
        submit("main form", name="Ingen", password="feil passord"),
        is_slip=True,
    ),
    Sight("one-time code", "nobody", "/nytt-passord"),
    Sight("one-time code, empty", "nobody", "/nytt-passord", submit("main form"), is_slip=True),
    Sight("connect the tablet", "nobody", "/koble"),
    Sight("sign in over plain http", "outsider", "/logg-inn"),
]

COUNTING = [
    Sight("today", "leader", "/i-dag"),
    Sight("today, a leader of all centres", "leader of all", "/i-dag"),
    Sight("today, nothing yet", "leader of all", f"/i-dag?senter={NEW}"),
    Sight("today, for staff", "staff member", "/i-dag"),
    Sight("today, for a reader", "reader", "/i-dag"),
    Sight("year", "leader", f"/aar/{YEAR}"),
    Sight("this year", "leader", f"/aar/{TODAY.year}"),
    Sight("year without numbers", "leader", "/aar/2001"),
    Sight("count", "leader", "/trykk"),
    Sight("count after a tap", "leader", "/trykk", tap),
    Sight("count, number pad", "leader", "/trykk", open_pad),
    Sight("enter later", "leader", "/etterregistrer"),
    Sight("enter later, empty", "leader", "/etterregistrer", submit("form.backdate", number=""), is_slip=True),
    Sight("enter later, done", "leader", "/etterregistrer", submit("form.backdate", activity="1", number="2")),
    Sight("tally sheet", "leader", "/skjema/1"),
    Sight("tally sheet by hour", "leader", "/skjema/3?timer=1"),
    Sight("no access", "staff member", "/folk", is_slip=True),
    Sight("no such page", "leader", "/nowhere"),
]

DAY = 'form[action*="/lukk"]'

REVIEW = [
    Sight("the day", "leader", f"/dag/{TODAY}"),
    Sight("the day, found right", "leader", f"/dag/{TODAY}", submit(DAY)),
    Sight("an approved day", "leader", f"/dag/{YEAR}-11-16"),
    Sight("an open day of another year", "leader", f"/dag/{YEAR}-11-13"),
    Sight("a day to come", "leader", f"/dag/{TODAY.year + 1}-01-04"),
    Sight("put the day right", "leader", f"/dag/{TODAY}/rett"),
    Sight("put the day right, empty", "leader", f"/dag/{TODAY}/rett", submit("main form"), is_slip=True),
    Sight("put the day right, two at once", "leader", f"/dag/{TODAY}/rett", correct_twice, is_slip=True),
    Sight("the day, for a reader", "reader", f"/dag/{YEAR}-11-16"),
    Sight("held taps", "leader", "/venter"),
    Sight("month", "leader", f"/maaned/{YEAR}/11"),
    Sight("this month", "leader", f"/maaned/{TODAY.year}/{TODAY.month}"),
    Sight("month, nothing yet", "leader of all", f"/maaned/{TODAY.year}/{TODAY.month}?senter={NEW}"),
    Sight("month, for a reader", "reader", f"/maaned/{YEAR}/11"),
    Sight("week to enter", "leader", f"/uke/{YEAR}/46"),
    Sight("week to enter, wrong", "leader", f"/uke/{YEAR}/46", submit_week, is_slip=True),
    Sight("a figure's year", "leader", f"/tall/visit/{YEAR}"),
    Sight("a figure's month", "leader", f"/tall/visit/{YEAR}/11"),
    Sight("a figure's day", "leader", f"/tall/visit/{YEAR}-11-16"),
    Sight("all centres", "leader of all", f"/alle-sentre/{YEAR}"),
    Sight("who changed what", "leader", "/endringslogg"),
]

PEOPLE = [
    Sight("people", "leader", "/folk"),
    Sight("new person", "leader", "/folk/ny"),
    Sight("new person, empty", "leader", "/folk/ny", submit("main form", name=""), is_slip=True),
    Sight("a person", "leader", "/folk/2"),
    Sight("code for a person", "leader", "/folk/ny", submit("main form", name="Ny Ansatt", role="staff")),
    Sight("code, no longer shown", "leader", "/folk/2/kode"),
    Sight("own page", "leader", "/konto"),
    Sight(
        "own page, wrong",
        "leader",
        "/konto",
        submit('form[action$="passord"]', present="feil", password="kort"),
        is_slip=True,
    ),
]

STATIONS = [
    Sight("tablets", "leader", "/nettbrett"),
    Sight("a tablet", "leader", "/nettbrett/4"),
    Sight("a tablet, empty", "leader", "/nettbrett/4", submit("main form", name=""), is_slip=True),
    Sight("cut off a tablet", "leader", "/nettbrett/4/koble-fra"),
    Sight("connect a tablet", "leader", "/nettbrett/kode"),
    Sight("approve a tablet", "leader", "/nettbrett", ask_to_be_paired),
    Sight("no such code", "leader", "/koble/BCDFHJKL"),
    Sight("confirm", "leader", "/bekreft"),
]

SETUP = [
    Sight("setup", "leader", "/oppsett"),
    Sight("new centre", "leader of all", "/oppsett/nytt-senter"),
    Sight("the centre", "leader", "/oppsett/senter"),
    Sight("the centre, empty", "leader", "/oppsett/senter", submit("main form", name=""), is_slip=True),
    Sight("activities", "leader", "/oppsett/aktiviteter"),
    Sight("new activity", "leader", "/oppsett/ny-aktivitet"),
    Sight("new activity, empty", "leader", "/oppsett/ny-aktivitet", submit("main form", label_nb=""), is_slip=True),
    Sight("an activity", "leader of all", "/oppsett/aktiviteter/visit"),
    Sight("an activity of all centres", "leader", "/oppsett/aktiviteter/visit"),
    Sight(
        "an activity, empty",
        "leader of all",
        "/oppsett/aktiviteter/visit",
        submit("main form", label_nb=""),
        is_slip=True,
    ),
    Sight("a retired activity", "leader of all", "/oppsett/aktiviteter/visit", retire),
    Sight("methods", "leader", "/oppsett/aktiviteter/contact/tellemater"),
    Sight("screens", "leader", "/oppsett/skjermbilder"),
    Sight("a screen", "leader", "/oppsett/skjermbilder/1"),
    Sight("a screen of volunteers", "leader", "/oppsett/skjermbilder/2"),
    Sight("a screen without buttons", "leader", f"/oppsett/skjermbilder/{BARE_SCREEN}"),
    Sight("a screen with a season", "leader", "/oppsett/skjermbilder/1", add_seasonal),
    Sight("new button", "leader", "/oppsett/skjermbilder/1/ny-knapp"),
    Sight("a button", "leader", "/oppsett/skjermbilder/1/knapper/1"),
    Sight(
        "a button, wrong",
        "leader",
        "/oppsett/skjermbilder/1/knapper/1",
        submit("main form", season_from="45"),
        is_slip=True,
    ),
]

FIRST_START = [
    Sight("first start, code", "newcomer", "/start"),
    Sight("first start, wrong code", "newcomer", "/start", submit("main form", code="BCDFHJKL"), is_slip=True),
    Sight("first start, centre", "starter", "/start/senter"),
    Sight("first start, leader", "starter", "/start/senter", submit("main form", **CENTRE)),
    Sight(
        "first start, tablet",
        "starter",
        "/start/senter",
        then(submit("main form", **CENTRE), submit("main form", **ACCOUNT)),
    ),
]

AREAS = {
    "On the tablet": TABLETS,
    "The numbers": COUNTING,
    "The day, the month, the year": REVIEW,
    "Setup": SETUP,
    "Tablets": STATIONS,
    "People": PEOPLE,
    "At the door": NOBODY,
    "The first start": FIRST_START,
}
SIGHTS = [sight for area in AREAS.values() for sight in area]
