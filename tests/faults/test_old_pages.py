"""A page that was open for eight hours, and a server whose clock was put back meanwhile: nothing is lost."""

from datetime import timedelta
from pathlib import Path

from tests.build import PASSWORD
from tests.faults.clients import Line, new_record
from tests.faults.ledger import ask
from tests.faults.people import Visitor
from tests.faults.server import LEADER, Server
from tests.faults.shims import Clock
from tests.faults.test_clocks import DAY, FIVE, NOON
from tests.pages import Page

WORKDAY = timedelta(hours=8)


def forms(visitor: Visitor, path: str) -> list[dict[str, str]]:
    return Page(visitor.ask(path).text).forms()


def test_a_tablets_page_of_this_morning_still_counts_and_so_does_one_of_a_server_put_back(
    instance: Path, cookies: list[str], clock: Clock
) -> None:
    clock.set(NOON)
    with Server(instance, environ=clock.environ) as server:
        tablet = Visitor(server, cookie=cookies[0])
        morning = forms(tablet, "/")
        for form, later in zip(morning[:2], (WORKDAY, WORKDAY - FIVE), strict=True):
            clock.set(NOON + later)
            assert tablet.ask(form.pop("action"), form).status == 303
            with Line(server, cookies[0]) as line:
                assert set(line.send([new_record()]).verdicts.values()) == {"recorded"}
        # A tablet that was off over a long holiday is still the tablet.
        clock.set(NOON + 100 * DAY)
        with Line(server, cookies[0]) as line:
            assert set(line.send([new_record(wall=round(clock.now().timestamp() * 1000))]).verdicts.values()) == {
                "recorded"
            }
    assert ask(instance, "SELECT count(*) FROM tally_event") == [(5,)]


def test_a_sign_in_page_of_this_morning_still_signs_in_and_an_idle_one_must_do_it_again(
    instance: Path, clock: Clock
) -> None:
    clock.set(NOON)
    with Server(instance, environ=clock.environ) as server:
        leader = Visitor(server)
        form = leader.form("/logg-inn", "/logg-inn") | {"name": LEADER, "password": PASSWORD}
        clock.set(NOON + WORKDAY)
        assert leader.ask("/logg-inn", form).status == 303
        clock.set(NOON + WORKDAY - FIVE)
        assert leader.ask("/i-dag").status == 200
        clock.set(NOON + WORKDAY + FIVE * 5)
        assert leader.ask("/i-dag").location == "/logg-inn?next=/i-dag"
