"""The food bags of a day, packed and left, against the taps: a check that suggests the correction, and never counts."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from kiosk.domain.counting import count_by
from kiosk.domain.ledger import insert_once
from kiosk.domain.periods import Period
from kiosk.domain.screens import ShownScreen
from kiosk.kinds import Audience, Bucket
from kiosk.models import Activity, FoodDay
from kiosk.models.prepared import Prepared

# The activity that is checked: “Matpose utlevert”.
FOOD_BAGS = "food_bag"

# Far above any day's bags: a slip of the finger.
MOST_BAGS = 9_999


_KEPT = Prepared(
    select(FoodDay.packed, FoodDay.left).where(
        FoodDay.centre_id == bindparam("centre_id"), FoodDay.day == bindparam("day")
    )
)


class BagsNotPossible(Exception):
    """A number of bags is from 0 to MOST_BAGS."""


class MoreLeftThanPacked(Exception):
    """No more bags can be left than were packed."""


@dataclass(frozen=True)
class Food:
    """The bags of one day: counted by hand (None: not yet), and what the ledger holds."""

    activity_id: int
    packed: int | None
    left: int | None
    counted: int

    @property
    def handed_out(self) -> int | None:
        """What must have been handed out, by hand's count; None until both numbers are known."""
        return None if self.packed is None or self.left is None else self.packed - self.left

    @property
    def difference(self) -> int:
        """What a correction would add to the count; 0 where nothing is to be suggested."""
        return 0 if self.handed_out is None else self.handed_out - self.counted


def find_food(session: Session, centre_id: int, day: date) -> Food | None:
    """The bags of a day; None where the centre has no such activity any more."""
    activity_id = session.scalar(select(Activity.id).where(Activity.key == FOOD_BAGS, Activity.retired_at.is_(None)))
    if activity_id is None:
        return None
    counts = count_by(session, [centre_id], Period.of_day(day), Bucket.DAY, [activity_id])
    ((packed, left),) = _KEPT.rows(session, centre_id=centre_id, day=day) or [(None, None)]
    return Food(activity_id, packed, left, sum(one.count for one in counts))


def find_shown_food(session: Session, screen: ShownScreen, day: date) -> Food | None:
    """The bags of a day for the screen where volunteers hand them out; None for every other screen."""
    is_here = screen.audience is Audience.VOLUNTEER and any(one.activity == FOOD_BAGS for one in screen.buttons)
    return find_food(session, screen.centre_id, day) if is_here else None


def suggest_food_correction(session: Session, centre_id: int, day: date) -> Food | None:
    """The bags of a day whose taps are not what was handed out by hand's count; None where they agree.

    The count they suggest is `handed_out`. Nothing is corrected here: a person decides, with a reason.
    """
    if not _KEPT.rows(session, centre_id=centre_id, day=day):
        return None
    food = find_food(session, centre_id, day)
    return food if food is not None and food.difference else None


def keep_food(session: Session, centre_id: int, day: date, packed: int | None, left: int | None) -> None:
    """Keep what was counted by hand; None leaves a number as it is. The last one who says so is believed.

    Must run in a transaction that writes. Raises BagsNotPossible or MoreLeftThanPacked.
    """
    if any(bags is not None and not 0 <= bags <= MOST_BAGS for bags in (packed, left)):
        raise BagsNotPossible
    session.execute(insert_once(session, FoodDay), [{"centre_id": centre_id, "day": day}])
    # Two tablets of a centre may say different numbers at once: each sees what the other wrote.
    one = session.get_one(FoodDay, (centre_id, day), with_for_update=True, populate_existing=True)
    packed = one.packed if packed is None else packed
    left = one.left if left is None else left
    if packed is not None and left is not None and left > packed:
        raise MoreLeftThanPacked
    one.packed, one.left = packed, left
