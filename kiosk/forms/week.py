"""The numbers of a week, one field for each activity and day."""

import re
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext
from wtforms import Field
from wtforms.widgets import TextInput

from kiosk.forms.staff import StaffForm

# Far above any day's work: a slip, not a count.
LARGEST_NUMBER = 10_000


class CountField(Field):
    """A number as people write it, “14” or “2,5”; `data` is in the activity's smallest unit, None when left empty.

    Two values come back under its name: what was written, and `shown`, the count that stood beside it.
    """

    widget = TextInput()
    data: int | None = None
    written = ""
    shown: int | None = None

    def __init__(self, decimals: int, **options: Any) -> None:
        super().__init__(**options)
        self.decimals = decimals

    def _value(self) -> str:
        return self.written

    def process_formdata(self, values: list[Any]) -> None:
        self.written = values[0].strip() if values else ""
        shown = values[1] if len(values) > 1 else ""
        self.shown = int(shown) if re.fullmatch(r"-?\d{1,9}", shown, re.ASCII) else None
        self.data = self._number() if self.written else None

    def _number(self) -> int:
        found = re.fullmatch(r"(\d+)(?:[.,](\d+))?", re.sub(r"\s", "", self.written), re.ASCII)
        if found is None:
            raise ValueError(gettext("Write a number, like 14."))
        whole, part = found[1], (found[2] or "").rstrip("0")
        if len(part) > self.decimals:
            raise ValueError(
                gettext("At most %(decimals)s digits after the comma.", decimals=self.decimals)
                if self.decimals
                else gettext("Write a whole number, like 14.")
            )
        if len(whole) > 6 or int(whole) > LARGEST_NUMBER:
            raise ValueError(gettext("That is more than anybody counts in a day."))
        return int(whole + part.ljust(self.decimals, "0"))


def make_week_form(decimals: Mapping[str, int]) -> StaffForm:
    """A form with a CountField of each name; `decimals` says how many each may have."""
    fields = {name: CountField(places) for name, places in decimals.items()}
    form: StaffForm = type("WeekForm", (StaffForm,), fields)()
    return form
