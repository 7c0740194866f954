"""The numbers of a week, one field for each activity and day."""

import re
from collections.abc import Mapping
from typing import Any

from kiosk.forms.counts import CountField
from kiosk.forms.staff import StaffForm


class WeekCountField(CountField):
    """Two values come back under its name: what was written, and `shown`, the count that stood beside it."""

    shown: int | None = None

    def process_formdata(self, values: list[Any]) -> None:
        shown = values[1] if len(values) > 1 else ""
        self.shown = int(shown) if re.fullmatch(r"-?\d{1,9}", shown, re.ASCII) else None
        super().process_formdata(values)


def make_week_form(decimals: Mapping[str, int]) -> StaffForm:
    """A form with a WeekCountField of each name; `decimals` says how many each may have."""
    fields = {name: WeekCountField(decimals=places) for name, places in decimals.items()}
    form: StaffForm = type("WeekForm", (StaffForm,), fields)()
    return form
