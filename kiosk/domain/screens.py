"""Screens as they are shown: the buttons in their order, those out of season left out."""

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from kiosk.domain.ledger import find_events
from kiosk.kinds import Audience, EventKind
from kiosk.models import EXPLAINED, Activity, Button, Centre, Screen


class ScreenNotFound(Exception):
    """No such screen at this centre."""


@dataclass(frozen=True)
class ShownButton:
    """`labels` per language. `count` is what one tap stands for, in the activity's smallest unit.

    `quick_counts` and `usual_maximum` are in whole units, as they are shown. `whole`: what it is part of.
    """

    activity: str
    labels: dict[str, str]
    icon: str
    colour: int
    count: int
    decimals: int
    quick_counts: list[int]
    usual_maximum: int | None
    activity_id: int
    whole: str | None
    counts: dict[str, str]
    counts_not: dict[str, str]

    @property
    def several(self) -> list[int]:
        """The quick counts but for one, which is a tap, in the smallest unit."""
        return [quick * self.count for quick in self.quick_counts if quick > 1]


@dataclass(frozen=True)
class ShownScreen:
    centre_id: int
    centre: str
    centre_slug: str
    name: str
    audience: Audience
    buttons: list[ShownButton]

    @property
    def version(self) -> str:
        """Another one as soon as a button or a name is another one, or a button stands elsewhere."""
        shown = repr((self.name, self.centre, self.buttons))
        return hashlib.sha256(shown.encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Trial:
    """A button as it would be: in the place of the one that has its id, and without an id after them all."""

    button: Button
    activity: Activity


def show_screen(session: Session, screen_id: int, today: date, trial: Trial | None = None) -> ShownScreen:
    """The screen with what can be tapped on it today. Raises ScreenNotFound."""
    found = session.execute(
        select(Centre.id, Centre.name, Centre.slug, Screen.name, Screen.audience)
        .join(Centre, Centre.id == Screen.centre_id)
        .where(Screen.id == screen_id)
    ).first()
    if found is None:
        raise ScreenNotFound
    centre_id, centre, slug, name, audience = found
    whole = aliased(Activity)
    rows = session.execute(
        select(Button, Activity, whole.key)
        .join(Activity, Activity.id == Button.activity_id)
        .outerjoin(whole, whole.id == Activity.part_of_id)
        .options(EXPLAINED)
        .where(Button.screen_id == screen_id, Activity.retired_at.is_(None))
        .order_by(Button.position)
    )
    placed: list[Placed] = [(button, activity, whole) for button, activity, whole in rows]
    if trial:
        placed = _with_trial(placed, trial)
    buttons = [_shown(button, activity, whole) for button, activity, whole in placed if is_in_season(button, today)]
    return ShownScreen(centre_id, centre, slug, name, audience, buttons)


def show_audience_screen(session: Session, centre_id: int, audience: Audience, today: date) -> ShownScreen:
    """The centre's first screen for this audience. Raises ScreenNotFound."""
    first = select(Screen.id).where(Screen.centre_id == centre_id, Screen.audience == audience).order_by(Screen.id)
    screen_id = session.scalars(first.limit(1)).first()
    if screen_id is None:
        raise ScreenNotFound
    return show_screen(session, screen_id, today)


@dataclass(frozen=True)
class Thanks:
    """What a screen says after a tap by form. `activity` None: nothing to take back or repeat."""

    tap_id: UUID
    activity: str | None
    count: int
    is_undo: bool


def find_thanks(session: Session, tap_id: str | None) -> Thanks | None:
    """The thanks for the tap with this id; None when there is nothing to thank for.

    A tap that is held is thanked too, but offers nothing to take back.
    """
    try:
        id = UUID(tap_id or "")
    except ValueError:
        return None
    stands = find_events(session, [id]).get(id)
    if stands is None:
        return Thanks(id, None, 0, False)
    return Thanks(id, stands.activity, abs(stands.count), stands.kind is EventKind.UNDO)


def labels_on(button: Button, activity: Activity) -> dict[str, str]:
    """What stands on the button, per language: its own words where it has some, also for who reads another language."""
    return button.labels if "nb" in button.labels else activity.labels | button.labels


def is_in_season(button: Button, today: date) -> bool:
    """A season may run over New Year: "11-01" to "01-06"."""
    if button.season_from is None or button.season_to is None:
        return True
    now = today.strftime("%m-%d")
    if button.season_from <= button.season_to:
        return button.season_from <= now <= button.season_to
    return now >= button.season_from or now <= button.season_to


def next_in_season(button: Button, today: date) -> date:
    """Today, or the first day after it on which the button is shown."""
    days = (today + timedelta(days=number) for number in range(366))
    return next((day for day in days if is_in_season(button, day)), today)


def list_screens(session: Session, centre_id: int) -> list[Screen]:
    return list(session.scalars(select(Screen).where(Screen.centre_id == centre_id).order_by(Screen.id)))


Placed = tuple[Button, Activity, str | None]


def _with_trial(placed: list[Placed], trial: Trial) -> list[Placed]:
    if trial.button.id is None:
        return [*placed, (trial.button, trial.activity, None)]
    return [(trial.button if one[0].id == trial.button.id else one[0], *one[1:]) for one in placed]


def _shown(button: Button, activity: Activity, whole: str | None) -> ShownButton:
    return ShownButton(
        activity=activity.key,
        labels=labels_on(button, activity),
        icon=button.icon,
        colour=button.colour,
        count=10**activity.decimals,
        decimals=activity.decimals,
        quick_counts=button.quick_counts,
        usual_maximum=button.usual_maximum,
        activity_id=activity.id,
        whole=whole,
        counts=activity.counts,
        counts_not=activity.counts_not,
    )
