"""Counts as people write them: “14”, “2,5”, “1 200”."""

import re
from typing import Any

from flask_babel import gettext
from wtforms import Field
from wtforms.widgets import TextInput

# Far above any day's work, in whole units: a slip, not a count.
LARGEST_NUMBER = 9_999


class CountField(Field):
    """A number of people or things; `data` is in the activity's smallest unit, None when the field is empty."""

    widget = TextInput()
    data: int | None

    def __init__(self, label: str | None = None, *, decimals: int, **options: Any) -> None:
        super().__init__(label, **options)
        self.decimals = decimals

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        if self.data is None:
            return ""
        whole, rest = divmod(self.data, 10**self.decimals)
        return f"{whole},{rest:0{self.decimals}d}".rstrip("0") if rest else str(whole)

    def process_formdata(self, values: list[Any]) -> None:
        written = values[0].strip() if values else ""
        self.data = None
        if written:
            self.data = read_count(written, self.decimals)


def read_count(written: str, decimals: int) -> int:
    """What a person wrote, in the smallest unit: “1,5” with one decimal is 15. Raises ValueError in their words."""
    found = re.fullmatch(r"(\d+)(?:[.,](\d+))?", re.sub(r"\s", "", written), re.ASCII)
    if found is None:
        example = "12,5" if decimals else "12"
        raise ValueError(gettext("Write a number, like %(example)s.", example=example))
    whole, rest = found[1], (found[2] or "").rstrip("0")
    if len(rest) > decimals:
        if not decimals:
            raise ValueError(gettext("Write a whole number, like 12."))
        raise ValueError(gettext("At most %(decimals)s digits after the comma.", decimals=decimals))
    if len(whole) > 9 or int(whole) > LARGEST_NUMBER:
        raise ValueError(gettext("That is more than anybody counts in a day."))
    return int(whole + rest.ljust(decimals, "0"))
