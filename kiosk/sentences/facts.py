"""A change as it was kept, and its parts in words."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import format_date, gettext

from kiosk.filters import number, words
from kiosk.kinds import Reason
from kiosk.models import Activity
from kiosk.wording import reason_words

# {activity key: (its label, its decimals)}, in the reader's language.
Labels = Mapping[str, tuple[str, int]]


@dataclass(frozen=True)
class Change:
    """What was changed, from `old` to `new`. An entry of long ago may lack what newer ones have."""

    object: str
    old: Mapping[str, Any]
    new: Mapping[str, Any]
    labels: Labels

    @property
    def day(self) -> str:
        return day_words(self.object)

    @property
    def reason(self) -> str:
        return reason_words(Reason(self.new["reason"])) if self.new.get("reason") else ""

    def label(self, key: str | None) -> tuple[str, int]:
        return self.labels.get(key or "", (key or "?", 0))

    def count(self, key: str, value: int | None) -> str:
        return number(value, self.label(key)[1]) if value is not None else gettext("nothing")


Sentence = Callable[[Change], str]


def labels(activities: Iterable[Activity]) -> Labels:
    """What the sentences need to know of the activities."""
    return {one.key: (words(one.labels), one.decimals) for one in activities}


def day_words(iso: object) -> str:
    """“21. oktober 2026”."""
    try:
        return format_date(date.fromisoformat(str(iso)), "d. MMMM y")
    except ValueError:
        return str(iso)


def days_words(kept: Mapping[str, Any]) -> str:
    """The days of a closed period."""
    first, last = (day_words(kept.get(name)) for name in ("first_on", "last_on"))
    return first if first == last else f"{first} – {last}"
