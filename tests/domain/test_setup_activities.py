"""Activities, how they are counted, and the centre, as a leader shapes them."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.database import writing
from kiosk.domain import counting, setup, setup_activities, setup_centres, setup_methods
from kiosk.domain.access import Person
from kiosk.domain.setup_activities import ActivityDraft
from kiosk.domain.setup_centres import CentreDraft
from kiosk.domain.setup_methods import MethodDraft
from kiosk.kinds import Input, Role
from kiosk.models import Activity, AuditEntry, Centre, Screen
from tests import build
from tests.build import NOW, PASSWORD, TODAY, House


def of_centre(house: House) -> Person:
    return Person(house.users["leader"].id, "Liv Leder", Role.LEADER, house.centre.id, 0)


def of_all(house: House) -> Person:
    return Person(house.users["leader"].id, "Liv Leder", Role.LEADER, None, 0)


def do(house: House, change: Callable[..., Any], *arguments: object, **options: Any) -> Any:
    """One change, committed; by the leader of the centre unless told otherwise."""
    with writing(house.session):
        made = change(house.session, *arguments, **({"by": of_centre(house), "now": NOW} | options))
        house.session.commit()
    return made


def draft(label: str = "Quiz på fredag", **other: Any) -> ActivityDraft:
    values = {"units": {}, "counts": {}, "counts_not": {}, "decimals": 0, "part_of": None}
    return ActivityDraft(**({"labels": {"nb": label}, "input": Input.TAP, "rolls_up": True} | values | other))


def add(house: House, label: str = "Quiz på fredag", *, is_shared: bool = False, **other: Any) -> Activity:
    by = of_all(house) if is_shared else of_centre(house)
    made = do(house, setup_activities.add_activity, house.centre, draft(label, **other), is_shared=is_shared, by=by)
    assert isinstance(made, Activity)
    return made


def keys(house: House, centre: Centre) -> list[str]:
    found = [one.key for one in counting.list_activities(house.session, centre.id)]
    house.session.commit()
    return found


def audited(house: House, verb: str) -> list[AuditEntry]:
    entries = list(house.session.scalars(select(AuditEntry).where(AuditEntry.verb == verb).order_by(AuditEntry.id)))
    house.session.commit()
    return entries


def test_a_key_is_made_once_of_the_label_and_never_comes_twice(house: House) -> None:
    first = add(house)
    do(house, setup_activities.change_activity, house.centre, first, draft("Musikkbingo"))
    do(house, setup_activities.retire_activity, first)
    second = add(house)
    assert (first.key, second.key) == ("quiz_pa_fredag", "quiz_pa_fredag_2")
    assert add(house, "Чай").key == "aktivitet"


def test_a_centres_own_activity_is_seen_at_that_centre_only_and_may_be_part_of_a_shared_one(house: House) -> None:
    quiz = add(house, part_of="community")
    assert quiz.part_of_id == house.activities["community"].id
    own = keys(house, house.centre)
    assert own[own.index("riding") + 1] == quiz.key
    assert quiz.key not in keys(house, house.other_centre)


def test_what_all_centres_share_is_changed_by_a_leader_for_all_only(house: House) -> None:
    with pytest.raises(setup_activities.BelongsToAll):
        setup_activities.find_changeable(house.session, house.centre, "visit", of_centre(house))
    with pytest.raises(setup_activities.BelongsToAll):
        do(house, setup_activities.add_activity, house.centre, draft(), is_shared=True)
    assert setup_activities.find_changeable(house.session, house.centre, "visit", of_all(house)).key == "visit"
    house.session.commit()
    shared = add(house, is_shared=True)
    assert shared.centre_id is None and shared.key in keys(house, house.other_centre)


@pytest.mark.parametrize("part_of", ["trip", "unheard_of"])
def test_a_part_has_no_parts(house: House, part_of: str) -> None:
    with pytest.raises(setup_activities.WholeNotPossible):
        add(house, part_of=part_of)


def test_a_whole_is_part_of_nothing_a_sum_neither_and_what_is_shared_not_of_what_is_not(house: House) -> None:
    own = add(house)
    for activity, changed in (
        ("community", {"part_of": "visit"}),
        ("visit", {"part_of": "visit"}),
        ("lunch", {"part_of": own.key}),
        ("talk", {"part_of": "visit", "input": Input.SUM}),
    ):
        with pytest.raises(setup_activities.WholeNotPossible):
            one = house.activities[activity]
            do(house, setup_activities.change_activity, house.centre, one, draft("Ny", **changed), by=of_all(house))


def test_what_has_a_button_is_tapped(house: House) -> None:
    visit = house.activities["visit"]
    with pytest.raises(setup_activities.IsOnScreens):
        do(house, setup_activities.change_activity, house.centre, visit, draft("Besøk", input=Input.SUM))


def test_decimals_stay_once_something_is_counted(house: House) -> None:
    quiz = add(house)
    do(house, setup_activities.change_activity, house.centre, quiz, draft(decimals=1))
    with writing(house.session):
        build.event(house.session, house.centre, quiz, 15, TODAY)
        house.session.commit()
    with pytest.raises(setup_activities.DecimalsAreFixed):
        do(house, setup_activities.change_activity, house.centre, quiz, draft(decimals=2))
    do(house, setup_activities.change_activity, house.centre, quiz, draft("Quiz", decimals=1))
    assert quiz.decimals == 1 and [sorted(one.new) for one in audited(house, "activity.change")] == [
        ["decimals"],
        ["labels"],
    ]


def test_two_activities_in_use_have_two_names(house: House) -> None:
    with pytest.raises(setup_activities.LabelTaken):
        add(house, "BESØK")
    quiz = add(house)
    do(house, setup_activities.retire_activity, quiz)
    add(house)


def test_retired_and_brought_back_twice_is_once(house: House) -> None:
    quiz = add(house)
    for change in (setup_activities.retire_activity, setup_activities.bring_back_activity):
        for _ in range(2):
            do(house, change, quiz)
    assert quiz.retired_at is None
    assert len(audited(house, "activity.retire")) == len(audited(house, "activity.bring_back")) == 1


def test_an_activity_moves_with_its_parts_past_a_whole_family(house: House) -> None:
    community = house.activities["community"]
    do(house, setup_activities.move_activity, house.centre, community, is_up=False, by=of_all(house))
    expected = ["visit", "lunch", "contact", "phone", "sms", "community", "trip", "riding", "talk"]
    assert keys(house, house.centre)[:9] == expected
    do(house, setup_activities.move_activity, house.centre, house.activities["sms"], is_up=True, by=of_all(house))
    assert keys(house, house.centre)[2:5] == ["contact", "sms", "phone"]
    do(house, setup_activities.move_activity, house.centre, house.activities["visit"], is_up=True, by=of_all(house))
    assert keys(house, house.centre)[0] == "visit"


def test_moving_ones_own_leaves_the_order_of_what_is_shared(house: House) -> None:
    before = keys(house, house.other_centre)
    quiz = add(house)
    for _ in range(3):
        do(house, setup_activities.move_activity, house.centre, quiz, is_up=True)
    assert keys(house, house.centre).index(quiz.key) == len(before) - 3
    assert keys(house, house.other_centre) == before


def test_where_there_is_one_centre_its_leader_changes_what_all_share(session: Session) -> None:
    with writing(session):
        first = setup.first_start(
            session, centre_name="Huset", slug="huset", leader_name="Liv", password=PASSWORD, now=NOW
        )
        session.commit()
    leader = Person(first.leader.id, "Liv", Role.LEADER, first.centre.id, 0)
    found = setup_activities.find_changeable(session, first.centre, "visit", leader)
    assert found.centre_id is None
    with writing(session):
        setup.add_centre(session, "Et til", "et-til")
        session.commit()
    with pytest.raises(setup_activities.BelongsToAll):
        setup_activities.find_changeable(session, first.centre, "visit", leader)


def test_what_a_new_centre_counts_has_its_unit_in_every_language(house: House) -> None:
    units = {one.key: one.units for one in counting.list_activities(house.session) if one.units}
    house.session.commit()
    assert units["lunch"] == {"nb": "måltider", "nn": "måltid", "en": "meals"}
    # Nynorsk has none of its own where the word is the same.
    assert len(units) > 40 and [key for key, words in units.items() if "en" not in words] == []


def test_a_method_holds_from_its_day_and_breaks_the_comparison(house: House) -> None:
    talk = house.activities["talk"]
    words = MethodDraft(date(2026, 3, 1), {"nb": "Bare planlagte samtaler"}, False)
    do(house, setup_methods.add_method, house.centre, talk, words)
    with pytest.raises(setup_methods.MethodTaken):
        do(house, setup_methods.add_method, house.centre, talk, words)
    with pytest.raises(setup_activities.BelongsToAll):
        everywhere = MethodDraft(date(2026, 4, 1), {"nb": "Alle"}, True)
        do(house, setup_methods.add_method, house.centre, talk, everywhere)
    (method,) = setup_methods.list_methods(house.session, house.centre, talk)
    assert setup_methods.list_methods(house.session, house.other_centre, talk) == []
    house.session.commit()
    do(house, setup_methods.remove_method, house.centre, talk, method.id)
    with pytest.raises(setup_methods.MethodNotFound):
        do(house, setup_methods.remove_method, house.centre, talk, method.id)
    assert len(audited(house, "method.add")) == len(audited(house, "method.remove")) == 1


def test_the_centre_is_changed_and_what_differs_is_kept(house: House) -> None:
    as_it_is = CentreDraft("Prøvesenteret", [0, 1, 2, 3, 4], 1695)
    do(house, setup_centres.change_centre, house.centre, as_it_is)
    do(house, setup_centres.change_centre, house.centre, CentreDraft("Prøvesenteret", [0, 5], 1695))
    (entry,) = audited(house, "centre.change")
    assert (entry.old, entry.new) == ({"open_weekdays": [0, 1, 2, 3, 4]}, {"open_weekdays": [0, 5]})
    with pytest.raises(setup_centres.CentreNameTaken):
        do(house, setup_centres.change_centre, house.centre, CentreDraft("andresenteret", [0], 1695))


def test_a_further_centre_has_screens_of_its_own_and_a_slug_of_its_own(house: House) -> None:
    made = [do(house, setup_centres.add_further_centre, name, by=of_all(house)) for name in ("Prove", "Prøve!")]
    assert [one.slug for one in made] == ["prove-2", "prove-3"]
    assert len(list(house.session.scalars(select(Screen).where(Screen.centre_id == made[0].id)))) == 3


@pytest.mark.parametrize(
    ("first", "last", "error"),
    [
        (date(2026, 7, 20), date(2026, 7, 19), setup_centres.PeriodTurnedRound),
        (date(2026, 7, 20), date(2062, 7, 31), setup_centres.PeriodTooLong),
        (date(2026, 7, 10), date(2026, 7, 13), setup_centres.PeriodTaken),
    ],
)
def test_closed_days_that_make_no_sense_are_refused(
    house: House, first: date, last: date, error: type[Exception]
) -> None:
    do(house, setup_centres.add_closed, house.centre, date(2026, 7, 13), date(2026, 7, 17), "Fellesferie")
    with pytest.raises(error):
        do(house, setup_centres.add_closed, house.centre, first, last, "")
    do(house, setup_centres.add_closed, house.centre, date(2026, 7, 18), date(2026, 7, 18), "")
    days = [(one.first_on.day, one.words) for one in setup_centres.list_closed(house.session, house.centre)]
    assert days == [(18, ""), (13, "Fellesferie")]


def test_closed_days_can_be_taken_back_by_the_own_centre_only(house: House) -> None:
    do(house, setup_centres.add_closed, house.other_centre, TODAY, TODAY, "Deres")
    do(house, setup_centres.add_closed, house.centre, TODAY, TODAY, "Vår")
    (theirs,) = setup_centres.list_closed(house.session, house.other_centre)
    (ours,) = setup_centres.list_closed(house.session, house.centre)
    house.session.commit()
    with pytest.raises(setup_centres.PeriodNotFound):
        do(house, setup_centres.remove_closed, house.centre, theirs.id)
    do(house, setup_centres.remove_closed, house.centre, ours.id)
    assert setup_centres.list_closed(house.session, house.centre) == []
