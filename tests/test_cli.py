"""The command line as people meet it: the real command, in a process of its own."""

import json
import os
import pty
from collections import defaultdict
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.database import writing
from kiosk.domain import access, codes, locking, pairing, pairing_codes, stations
from kiosk.domain.screen_codes import code_of, spaced
from kiosk.guards import STATION_COOKIE
from kiosk.kinds import Audience, Quality, Role, Span
from kiosk.models import AuditEntry, Centre, DayClosing, Screen, User
from tests.build import NOW, PASSWORD, PIN, House, event, noise
from tests.command import KIOSK, Run, clean_environ, run_kiosk


@pytest.fixture
def run(environ: dict[str, str]) -> Run:
    """The command on an installation with an empty, migrated database."""
    return lambda *arguments, **more: run_kiosk(environ | more, *arguments)


@pytest.fixture(scope="session")
def demo_year(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    environ = {"KIOSK_INSTANCE": str(tmp_path_factory.mktemp("demo"))}
    done = run_kiosk(environ, "demo", "--year", "2023")
    assert (done.returncode, done.stderr) == (0, "")
    return environ


# What people do first


def test_init_makes_a_centre_with_its_screens_and_a_leader_who_can_sign_in(run: Run, session: Session) -> None:
    done = run("init", "--centre", "CRUX Øvre Eiker", "--slug", "ovre-eiker", "--leader", "Liv Leder")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "CRUX Øvre Eiker er klar. Liv Leder kan logge inn.\n"
    centre = session.scalars(select(Centre)).one()
    assert (centre.name, centre.slug) == ("CRUX Øvre Eiker", "ovre-eiker")
    assert {one.audience for one in session.scalars(select(Screen))} == set(Audience)
    leader = session.get_one(User, access.check_password(session, "liv leder", PASSWORD))
    assert (leader.role, leader.centre_id) == (Role.LEADER, centre.id)


@pytest.mark.parametrize(("slug", "role"), [("andre", Role.STAFF), ("all", Role.READER)])
def test_user_add_makes_somebody_for_one_centre_or_for_all(run: Run, house: House, slug: str, role: Role) -> None:
    done = run("user", "add", "--name", "Ny Person", "--role", role.value, "--centre", slug)
    assert (done.returncode, done.stdout, done.stderr) == (0, "Ny Person kan logge inn.\n", "")
    user = house.session.get_one(User, access.check_password(house.session, "Ny Person", PASSWORD))
    assert (user.role, user.centre_id) == (role, house.other_centre.id if slug == "andre" else None)


def test_user_list_says_who_can_sign_in(run: Run, house: House) -> None:
    lines = [line.split("\t") for line in run("user", "list").stdout.splitlines()]
    assert ["Rigmor Leser", "reader", "all", "kan logge inn"] in lines
    assert lines[-1] == ["Dag Sluttet", "staff", "prove", "stengt ute"] and len(lines) == len(house.users)


def test_user_disable_and_enable_close_and_open_the_door(run: Run, house: House) -> None:
    assert run("user", "disable", "--name", "stian ansatt").stdout == "stian ansatt er stengt ute.\n"
    with pytest.raises(access.WrongNameOrPassword):
        access.check_password(house.session, "Stian Ansatt", PASSWORD)
    assert run("user", "enable", "--name", "Stian Ansatt").returncode == 0
    assert access.check_password(house.session, "Stian Ansatt", PASSWORD)


def test_user_reset_prints_a_code_with_which_the_last_leader_gets_in_again(run: Run, house: House) -> None:
    done = run("user", "reset", "--name", "Liv Leder")
    assert (done.returncode, done.stderr) == (0, "")
    code = next(word for word in done.stdout.split() if "-" in word and word.isupper()).rstrip(".")
    house.session.expire_all()
    assert codes.check_code(house.session, "Liv Leder", code, datetime.now(UTC)).name == "Liv Leder"
    with pytest.raises(access.WrongNameOrPassword):
        access.check_password(house.session, "Liv Leder", PASSWORD)


def test_what_the_command_line_does_to_people_is_in_the_change_log(run: Run, house: House) -> None:
    run("user", "add", "--name", "Ny Person", "--role", "staff", "--centre", "prove")
    for change in ("disable", "enable", "reset"):
        run("user", change, "--name", "Ny Person")
    of_the_person = select(AuditEntry).where(AuditEntry.object == "Ny Person").order_by(AuditEntry.id)
    entries = house.session.scalars(of_the_person)
    assert [(one.verb, one.user_id) for one in entries] == [
        (f"user.{verb}", None) for verb in ("add", "disable", "enable", "reset")
    ]


@pytest.mark.parametrize("word", ["door", "Inngang"])
def test_station_add_prints_the_tablets_cookie_and_nothing_else(run: Run, house: House, word: str) -> None:
    done = run("station", "add", "--centre", "prove", "--screen", word, "--name", "Ny", "--token")
    assert (done.returncode, done.stderr) == (0, "")
    name, _, token = done.stdout.removesuffix("\n").partition("=")
    assert name == STATION_COOKIE
    tablet = pairing.find_tablet(house.session, token, NOW)
    assert tablet is not None
    assert (tablet.name, tablet.screen_id) == ("Ny", house.screens[Audience.PARTICIPANT].id)


def test_station_add_approves_the_code_that_a_tablet_shows(run: Run, house: House) -> None:
    with writing(house.session):
        secret = pairing_codes.ask(house.session, datetime.now(UTC))
        house.session.commit()
    code = spaced(code_of(secret)).lower()
    done = run("station", "add", "--centre", "prove", "--screen", "door", "--name", "Ny", "--code", code)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "Ny er godkjent. Nettbrettet er klart om et øyeblikk.\n"
    with writing(house.session):
        token = pairing_codes.fetch_token(house.session, secret, datetime.now(UTC))
        house.session.commit()
    tablet = token and pairing.find_tablet(house.session, token, NOW)
    assert tablet and tablet.name == "Ny"


def test_a_tablet_of_several_screens_gets_a_pin_from_the_environment_or_the_terminal(run: Run, house: House) -> None:
    line = ["station", "add", "--centre", "prove", "--screen", "door", "--screen", "staff", "--name", "Ny", "--token"]
    done = run(*line)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1) and "legg til --pin" in done.stderr
    assert run(*line, "--pin", KIOSK_STATION_PIN=PIN).returncode == 0
    station = stations.find_named_station(house.session, house.centre.id, "Ny")
    assert locking.open_screens(house.session, station.id, PIN, NOW) is None


def test_station_list_and_revoke(run: Run, house: House) -> None:
    with writing(house.session):
        station = stations.find_named_station(house.session, house.centre.id, "Inngang")
        station.last_seen_at, station.pending = NOW, 3
        house.session.commit()
    lines = ["Inngang\tInngang\t2026-10-21T09:30Z\t3", "Kontoret\tAnsatt\t-\t0", "Matutdeling\tFrivillig\t-\t0"]
    assert run("station", "list", "--centre", "prove").stdout.splitlines() == lines
    done = run("station", "revoke", "--centre", "prove", "--name", "inngang")
    assert (done.returncode, done.stdout, done.stderr) == (0, "Inngang er koblet fra.\n", "")
    assert pairing.find_tablet(house.session, house.tablets["door"], NOW) is None
    assert run("station", "list", "--centre", "prove").stdout.splitlines() == lines[1:]


def test_a_password_is_asked_for_twice_and_never_shown(tmp_path: Path) -> None:
    pid, terminal = pty.fork()
    if pid == 0:
        environ = clean_environ() | {"KIOSK_INSTANCE": str(tmp_path)}
        command = [str(KIOSK), "init", "--centre", "Prøve", "--slug", "prove", "--leader", "Liv"]
        os.execve(KIOSK, command, environ)  # noqa: S606
    shown = b""
    for prompt in (b"Passord: ", b"Passordet en gang til: "):
        while prompt not in shown:
            shown += os.read(terminal, 1000)
        os.write(terminal, PASSWORD.encode() + b"\n")
    while b"kan logge inn" not in shown:
        shown += os.read(terminal, 1000)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    os.close(terminal)
    assert PASSWORD.encode() not in shown


# Counting


@pytest.fixture
def counted(house: House) -> House:
    """Two days in two months at one centre, something at the other, and what must not count."""
    for activity, count, day in (
        ("visit", 3, date(2023, 1, 2)),
        ("visit", 4, date(2023, 2, 1)),
        ("sms", 5, date(2023, 1, 2)),
        ("phone", 2, date(2023, 1, 2)),
    ):
        event(house.session, house.centre, house.activities[activity], count, day)
    other, activities = house.other_centre, house.activities
    event(house.session, other, activities["visit"], 10, date(2023, 1, 2))
    for centre, age in ((house.centre, 360), (other, 410)):
        january = {"span": Span.YEAR, "quality": Quality.FROM_LIST}
        event(house.session, centre, activities["age"], age, date(2023, 1, 1), **january)  # type: ignore[arg-type]
    noise(house, [date(2022, 12, 31), date(2024, 1, 1)])
    house.session.commit()
    return house


COUNT_2023 = ("count", "--from", "2023-01-01", "--to", "2023-12-31")


@pytest.mark.parametrize(
    ("arguments", "lines"),
    [
        (
            ("--centre", "prove", "--by", "day", "--activity", "visit"),
            ["prove\t2023-01-02\tvisit\t3\tcounted", "prove\t2023-02-01\tvisit\t4\tcounted"],
        ),
        (
            ("--centre", "prove", "--by", "week", "--activity", "visit"),
            ["prove\t2023-W01\tvisit\t3\tcounted", "prove\t2023-W05\tvisit\t4\tcounted"],
        ),
        (
            ("--centre", "prove", "--by", "month", "--activity", "visit"),
            ["prove\t2023-01\tvisit\t3\tcounted", "prove\t2023-02\tvisit\t4\tcounted"],
        ),
        (
            ("--centre", "prove", "--by", "year"),
            [
                "prove\t2023\tvisit\t7\tcounted",
                "prove\t2023\tcontact\t7\tcounted",
                "prove\t2023\tphone\t2\tcounted",
                "prove\t2023\tsms\t5\tcounted",
                "prove\t2023\tage\t360\tfrom_list",
            ],
        ),
        (
            ("--centre", "all", "--by", "year", "--activity", "visit", "--activity", "age"),
            [
                "all\t2023\tvisit\t17\tcounted",
                "prove\t2023\tage\t360\tfrom_list",
                "andre\t2023\tage\t410\tfrom_list",
            ],
        ),
        (("--centre", "andre", "--by", "year", "--activity", "sms"), []),
    ],
)
def test_count_prints_one_line_for_each_sum(
    run: Run, counted: House, arguments: tuple[str, ...], lines: list[str]
) -> None:
    text = run(*COUNT_2023, *arguments)
    assert (text.returncode, text.stderr) == (0, "")
    assert text.stdout.splitlines() == lines


def test_count_gives_the_same_sums_as_json(run: Run, counted: House) -> None:
    done = run(*COUNT_2023, "--centre", "all", "--by", "month", "--activity", "visit", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    common = {"centre": "all", "activity": "visit", "quality": "counted"}
    assert json.loads(done.stdout) == [
        common | {"bucket": "2023-01", "count": 13},
        common | {"bucket": "2023-02", "count": 4},
    ]


# The demo year


def year_of(environ: dict[str, str], bucket: str, centre: str = "ovre-eiker") -> dict[str, int]:
    """Sum by activity over all rows of 2023 in these pieces."""
    done = run_kiosk(environ, *COUNT_2023, "--centre", centre, "--by", bucket, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    sums: dict[str, int] = defaultdict(int)
    for row in json.loads(done.stdout):
        sums[row["activity"]] += row["count"]
    return sums


def test_the_demo_year_sums_to_the_printed_figures(demo_year: dict[str, str]) -> None:
    sums = year_of(demo_year, "year")
    printed = {"visit": 3557, "contact": 6623, "food_bag": 505, "wheel_talk": 405}
    assert {key: sums[key] for key in printed} == printed
    assert sums["phone"] + sums["sms"] == sums["contact"]
    assert year_of(demo_year, "year", "all") == sums


@pytest.mark.parametrize("bucket", ["day", "week", "month"])
def test_the_pieces_of_the_demo_year_add_up_to_the_year(demo_year: dict[str, str], bucket: str) -> None:
    pieces, year = year_of(demo_year, bucket), year_of(demo_year, "year")
    tapped = {"visit", "contact", "phone", "sms", "food_bag", "wheel_talk", "assistance", "gift"}
    assert tapped <= pieces.keys()
    # Figures entered for the whole year have no days.
    assert {key: pieces[key] for key in tapped} == {key: year[key] for key in tapped}


def test_the_demo_year_holds_when_it_is_recounted(demo_year: dict[str, str]) -> None:
    done = run_kiosk(demo_year, "verify")
    assert (done.returncode, done.stdout, done.stderr) == (0, "Alle summer stemmer.\n", "")


def test_the_demo_is_made_only_once(demo_year: dict[str, str]) -> None:
    done = run_kiosk(demo_year, "demo")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert year_of(demo_year, "year")["visit"] == 3557


def test_verify_names_what_does_not_hold_and_leaves_with_1(run: Run, counted: House) -> None:
    approved = {"visit": 4, "sms": 5, "phone": 2, "contact": 7}
    day, closed_at = date(2023, 1, 2), datetime(2023, 1, 2, 20, tzinfo=UTC)
    counted.session.add(
        DayClosing(centre_id=counted.centre.id, day=day, was_open=True, totals=approved, closed_at=closed_at)
    )
    counted.session.commit()
    done = run("verify")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout == "Prøvesenteret, 2023-01-02, visit: godkjent 4, nå 3.\n"
