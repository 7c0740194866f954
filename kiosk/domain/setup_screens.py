"""Screens and their buttons, as a leader shapes them. What is written here is on the tablets within a minute."""

from dataclasses import asdict, dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from kiosk.domain.access import Person
from kiosk.domain.auditing import audit, audit_change
from kiosk.domain.counting import list_activities
from kiosk.domain.screens import ScreenNotFound, Trial, is_in_season, labels_on, list_screens
from kiosk.domain.setup_activities import ActivityNotFound, find_activity
from kiosk.kinds import Audience, Input
from kiosk.models import Activity, Button, Centre, Screen, Station, StationScreen

# As many as a standing person sees at once, and as fit the smallest tablet without scrolling.
MOST_ON_A_DOOR = 6
A_LEAP_YEAR = [date(2024, 1, 1) + timedelta(days=number) for number in range(366)]


class ButtonNotFound(Exception):
    """No such button on this screen."""


class ScreenIsShown(Exception):
    """A tablet shows this screen; it must show another one first."""


class LastScreen(Exception):
    """A centre keeps at least one screen, and one for staff: who is signed in counts on that."""


class ScreenNameTaken(Exception):
    """Another screen of the centre has this name."""


class TooManyButtons(Exception):
    """On some day of the year this door would show more than MOST_ON_A_DOOR buttons."""


class NotTapped(Exception):
    """A sum, a number that is entered or a retired activity has no button."""


class OnScreenAlready(Exception):
    """The activity has a button on this screen."""


@dataclass(frozen=True)
class ButtonDraft:
    """What a leader says of a button. A season is "11-01" to "12-31", or None twice; `labels` may be empty."""

    labels: dict[str, str]
    icon: str
    colour: int
    quick_counts: list[int]
    usual_maximum: int | None
    season_from: str | None
    season_to: str | None


def find_screen(session: Session, centre: Centre, screen_id: int) -> Screen:
    """One of the centre's screens. Raises ScreenNotFound."""
    screen = session.scalar(select(Screen).where(Screen.id == screen_id, Screen.centre_id == centre.id))
    if screen is None:
        raise ScreenNotFound
    return screen


def find_button(session: Session, centre: Centre, screen_id: int, button_id: int) -> tuple[Screen, Button, Activity]:
    """A button of one of the centre's screens, with what it counts. Raises ScreenNotFound or ButtonNotFound."""
    screen = find_screen(session, centre, screen_id)
    for button, activity in list_buttons(session, screen):
        if button.id == button_id:
            return screen, button, activity
    raise ButtonNotFound


def list_buttons(session: Session, screen: Screen) -> list[tuple[Button, Activity]]:
    """All of them in their order, those out of season and of retired activities too."""
    rows = session.execute(
        select(Button, Activity)
        .join(Activity, Activity.id == Button.activity_id)
        .where(Button.screen_id == screen.id)
        .order_by(Button.position, Button.id)
    )
    return [(button, activity) for button, activity in rows]


def draft_of(button: Button) -> ButtonDraft:
    """The button as it is."""
    return ButtonDraft(**{field.name: getattr(button, field.name) for field in fields(ButtonDraft)})


def try_button(screen: Screen, button: Button | None, activity: Activity, draft: ButtonDraft) -> Trial:
    """The button as the draft would make it, a new one where there is none. Nothing is written."""
    id = button.id if button else None
    return Trial(Button(id=id, screen_id=screen.id, activity_id=activity.id, **asdict(draft)), activity)


def list_season_changes(buttons: list[Button], today: date) -> list[date]:
    """The days of the year from tomorrow on which other buttons are shown than on the day before."""
    days = [today + timedelta(days=number) for number in range(366)]
    shown = [[is_in_season(button, day) for button in buttons] for day in days]
    return [day for day, before, now in zip(days[1:], shown, shown[1:], strict=False) if before != now]


def list_tablets(session: Session, screen: Screen) -> list[str]:
    """The names of the tablets that show the screen, or will once they are paired."""
    further = select(StationScreen.station_id).where(StationScreen.screen_id == screen.id)
    shown = select(Station.name).where(
        or_(Station.screen_id == screen.id, Station.id.in_(further)), Station.revoked_at.is_(None)
    )
    return list(session.scalars(shown.order_by(Station.name)))


def list_offers(session: Session, centre: Centre, screen: Screen) -> list[Activity]:
    """What may get a button on the screen: what is tapped and has none there yet."""
    on_screen = {activity.id for _, activity in list_buttons(session, screen)}
    return [one for one in list_activities(session, centre.id) if _is_tapped(one) and one.id not in on_screen]


def add_screen(session: Session, centre: Centre, name: str, audience: Audience, *, by: Person, now: datetime) -> Screen:
    """A new screen, without buttons. Raises ScreenNameTaken."""
    _refuse_name(session, centre, name, None)
    screen = Screen(centre_id=centre.id, name=name, audience=audience)
    session.add(screen)
    # Its id is where the leader goes next.
    session.flush()
    _audit(session, "screen.add", screen, name, {}, {"audience": audience}, by, now)
    return screen


def rename_screen(session: Session, centre: Centre, screen: Screen, name: str, *, by: Person, now: datetime) -> None:
    """Raises ScreenNameTaken."""
    _refuse_name(session, centre, name, screen)
    old, screen.name = screen.name, name
    if name != old:
        _audit(session, "screen.rename", screen, old, {"name": old}, {"name": name}, by, now)


def is_last(session: Session, centre: Centre, screen: Screen) -> bool:
    """Whether no other screen could take its place."""
    others = [one for one in list_screens(session, centre.id) if one.id != screen.id]
    return not others or (
        screen.audience is Audience.STAFF and not any(one.audience is Audience.STAFF for one in others)
    )


def remove_screen(session: Session, centre: Centre, screen: Screen, *, by: Person, now: datetime) -> None:
    """Raises ScreenIsShown or LastScreen."""
    if list_tablets(session, screen):
        raise ScreenIsShown
    if is_last(session, centre, screen):
        raise LastScreen
    others = [one.id for one in list_screens(session, centre.id) if one.id != screen.id]
    # Tablets that were cut off stay as rows, and must point somewhere.
    session.execute(update(Station).where(Station.screen_id == screen.id).values(screen_id=others[0]))
    session.execute(delete(StationScreen).where(StationScreen.screen_id == screen.id))
    buttons = list_buttons(session, screen)
    for button, _ in buttons:
        session.delete(button)
    # Before the screen they stand on.
    session.flush()
    old = {"audience": screen.audience, "buttons": [_name(button, activity) for button, activity in buttons]}
    session.delete(screen)
    _audit(session, "screen.remove", screen, screen.name, old, {}, by, now)


def add_button(
    session: Session, centre: Centre, screen: Screen, key: str, draft: ButtonDraft, *, by: Person, now: datetime
) -> Button:
    """A button after the others. Raises NotTapped, OnScreenAlready or TooManyButtons."""
    try:
        activity = find_activity(session, centre, key)
    except ActivityNotFound:
        raise NotTapped from None
    if not _is_tapped(activity):
        raise NotTapped
    buttons = list_buttons(session, screen)
    if any(one.id == activity.id for _, one in buttons):
        raise OnScreenAlready
    position = max((one.position for one, _ in buttons), default=0) + 1
    button = Button(screen_id=screen.id, activity_id=activity.id, position=position, **asdict(draft))
    _refuse_too_many(screen, [*(one for one, _ in buttons), button])
    session.add(button)
    # Its id is where the page goes back to.
    session.flush()
    _audit(session, "button.add", screen, _name(button, activity), {}, _audited(screen, draft), by, now)
    return button


def change_button(
    session: Session,
    screen: Screen,
    button: Button,
    activity: Activity,
    draft: ButtonDraft,
    *,
    by: Person,
    now: datetime,
) -> None:
    """Raises TooManyButtons, where its season is longer than it was."""
    old, name = _audited(screen, draft_of(button)), _name(button, activity)
    for field, value in asdict(draft).items():
        setattr(button, field, value)
    _refuse_too_many(screen, [one for one, _ in list_buttons(session, screen)])
    audit_change(
        session,
        "button.change",
        name,
        old,
        _audited(screen, draft),
        centre_id=screen.centre_id,
        user_id=by.user_id,
        now=now,
    )


def move_button(
    session: Session, screen: Screen, button: Button, activity: Activity, *, is_up: bool, by: Person, now: datetime
) -> None:
    """Change places with the one before or after it. At the end of the row nothing happens."""
    row = [one for one, _ in list_buttons(session, screen)]
    at = row.index(button)
    to = at + (-1 if is_up else 1)
    if not 0 <= to < len(row):
        return
    row[at], row[to] = row[to], row[at]
    for position, one in enumerate(row, start=1):
        one.position = position
    old, new = ({"screen": screen.name, "place": place + 1} for place in (at, to))
    _audit(session, "button.move", screen, _name(button, activity), old, new, by, now)


def remove_button(
    session: Session, screen: Screen, button: Button, activity: Activity, *, by: Person, now: datetime
) -> None:
    """Take it off the screen; what was tapped on it stays counted."""
    session.delete(button)
    _audit(session, "button.remove", screen, _name(button, activity), {"screen": screen.name}, {}, by, now)


def _is_tapped(activity: Activity) -> bool:
    return activity.input is Input.TAP and activity.retired_at is None


def _refuse_name(session: Session, centre: Centre, name: str, screen: Screen | None) -> None:
    if any(one is not screen and one.name.casefold() == name.casefold() for one in list_screens(session, centre.id)):
        raise ScreenNameTaken


def _refuse_too_many(screen: Screen, buttons: list[Button]) -> None:
    if screen.audience is Audience.PARTICIPANT and len(buttons) > MOST_ON_A_DOOR:
        busiest = max(sum(is_in_season(one, day) for one in buttons) for day in A_LEAP_YEAR)
        if busiest > MOST_ON_A_DOOR:
            raise TooManyButtons


def _name(button: Button, activity: Activity) -> str:
    return labels_on(button, activity).get("nb", activity.key)


def _audited(screen: Screen, draft: ButtonDraft) -> dict[str, Any]:
    return {"screen": screen.name} | asdict(draft)


def _audit(
    session: Session,
    verb: str,
    screen: Screen,
    name: str,
    old: dict[str, Any],
    new: dict[str, Any],
    by: Person,
    now: datetime,
) -> None:
    audit(session, verb, name, old, new, centre_id=screen.centre_id, user_id=by.user_id, now=now)
