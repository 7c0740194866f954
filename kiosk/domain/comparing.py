"""Now against then. Pure."""

from dataclasses import dataclass
from enum import StrEnum

# Below this a percentage says more about chance than about change (common practice of official statistics).
SMALLEST_BASE = 20


class NoPercent(StrEnum):
    """Why a comparison has no percentage."""

    NO_VALUE = "no_value"
    OTHER_METHOD = "other_method"
    SMALL_BASE = "small_base"
    PARTLY_KNOWN = "partly_known"


@dataclass(frozen=True)
class Comparison:
    """`difference` in the activity's smallest unit; exactly one of `percent` and `why_none` is set."""

    now: int | None
    then: int | None
    difference: int | None
    percent: float | None
    why_none: NoPercent | None


def compare(
    now: int | None, then: int | None, *, decimals: int = 0, same_method: bool = True, is_all_of_then: bool = True
) -> Comparison:
    """Compare two counts given in the activity's smallest unit (`decimals` says where the comma stands).

    None means that there is no value, which is not zero. `is_all_of_then`: False where `then` is less than it was.
    """
    if now is None or then is None:
        return Comparison(now, then, None, None, NoPercent.NO_VALUE)
    difference = now - then
    if not same_method:
        return Comparison(now, then, difference, None, NoPercent.OTHER_METHOD)
    if not is_all_of_then:
        return Comparison(now, then, difference, None, NoPercent.PARTLY_KNOWN)
    if then < SMALLEST_BASE * 10**decimals:
        return Comparison(now, then, difference, None, NoPercent.SMALL_BASE)
    return Comparison(now, then, difference, 100 * difference / then, None)
