"""The forms with which a day is looked over. Each says what the person saw when they decided."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext
from wtforms import Field, HiddenField, IntegerField, RadioField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import AnyOf, InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from kiosk.forms.counts import CountField
from kiosk.forms.staff import TOO_OLD, StaffForm
from kiosk.kinds import Outcome, Reason

LONGEST_SENTENCE = 140

REASONS = [
    SelectChoice(Reason.FORGOTTEN.value, lazy_gettext("Something was not counted")),
    SelectChoice(Reason.DOUBLED.value, lazy_gettext("Something was counted twice")),
    SelectChoice(Reason.WRONG_BUTTON.value, lazy_gettext("The wrong button was pressed")),
    SelectChoice(Reason.TESTING.value, lazy_gettext("Somebody tried the tablet out")),
    SelectChoice(Reason.PAPER_SHEET.value, lazy_gettext("From the paper sheet")),
    SelectChoice(Reason.TABLET_FAILED.value, lazy_gettext("The tablet did not work")),
]
WRITE_NUMBER = lazy_gettext("Write a number.")
CHOOSE_REASON = lazy_gettext("Choose why.")


def _one_line(text: str | None) -> str | None:
    """What can be read, on one line; None for nothing. No database takes a NUL or half a character."""
    spaced = " ".join((text or "").split())
    return "".join(one for one in spaced if one.isprintable()) or None


class UuidField(Field):
    """Unseen: the id of something we made. `data`: the UUID that came back, or None."""

    widget = HiddenInput()
    data: UUID | None = None

    def process_formdata(self, values: list[Any]) -> None:
        try:
            self.data = UUID(values[0]) if values else None
        except ValueError:
            self.data = None
            raise ValueError(TOO_OLD) from None


class TotalsField(Field):
    """Unseen: the day's numbers as they were shown. `data`: {activity key: count}."""

    widget = HiddenInput()
    data: dict[str, int] | None = None

    def _value(self) -> str:
        return " ".join(f"{key}={count}" for key, count in sorted((self.data or {}).items()) if count)

    def process_formdata(self, values: list[Any]) -> None:
        try:
            pairs = [pair.rpartition("=") for pair in (values[0] if values else "").split()]
            self.data = {key: int(count) for key, _, count in pairs}
        except ValueError:
            self.data = None
            raise ValueError(TOO_OLD) from None


class CloseForm(StaffForm):
    """Approve the day; `was_open` is the button that was pressed."""

    shown = TotalsField()
    was_open = HiddenField(validators=[AnyOf(["yes", "no"], message=TOO_OLD)])
    sentence = StringField(
        lazy_gettext("A sentence about the day"),
        [
            Optional(strip_whitespace=True),
            Length(max=LONGEST_SENTENCE, message=lazy_gettext("At most 140 characters.")),
        ],
        filters=[_one_line],
        render_kw={"maxlength": LONGEST_SENTENCE, "autocomplete": "off"},
    )


class ReopenForm(StaffForm):
    reason = RadioField(lazy_gettext("Why?"), choices=REASONS, validators=[InputRequired(CHOOSE_REASON)])


class CorrectForm(StaffForm):
    """What makes the numbers another; `correct_form` adds the numbers."""

    reason = RadioField(
        lazy_gettext("Why are the numbers put right?"), choices=REASONS, validators=[InputRequired(CHOOSE_REASON)]
    )

    # The activities, in their order.
    keys: tuple[str, ...] = ()

    def number(self, key: str) -> Any:
        return self[f"number-{key}"]

    def shown(self, key: str) -> Any:
        return self[f"shown-{key}"]

    def take_over(self, now: Mapping[str, int]) -> dict[str, tuple[int, int]]:
        """Begin anew from the counts as they are `now`, and keep what the person wrote.

        Returns {activity key: (what they saw, what it is)} where the two differ.
        """
        conflicts = {}
        for key in self.keys:
            number, shown, count = self.number(key), self.shown(key), now.get(key, 0)
            if shown.data == count:
                continue
            if number.data == shown.data:
                # They had nothing against it.
                number.data, number.raw_data = count, None
            conflicts[key] = (shown.data, count)
            shown.data, shown.raw_data = count, None
        return conflicts


def correct_form(activities: Iterable[tuple[str, str, int]], shown: dict[str, int]) -> CorrectForm:
    """A form with a number for each activity, given as (key, label, decimals), that begins as `shown`."""
    listed = list(activities)
    fields: dict[str, Any] = {"keys": tuple(key for key, _, _ in listed)}
    for key, label, decimals in listed:
        count = shown.get(key, 0)
        fields[f"number-{key}"] = CountField(
            label,
            decimals=decimals,
            default=count,
            validators=[InputRequired(WRITE_NUMBER)],
            render_kw={"inputmode": "decimal", "autocomplete": "off"},
        )
        fields[f"shown-{key}"] = IntegerField(widget=HiddenInput(), default=count, validators=[InputRequired(TOO_OLD)])
    form: CorrectForm = type("DayForm", (CorrectForm,), fields)()
    return form


class BurstForm(StaffForm):
    """Take a series back: its first tap, and how many it had."""

    first = UuidField(validators=[InputRequired(TOO_OLD)])
    taps = IntegerField(widget=HiddenInput(), validators=[InputRequired(TOO_OLD)])


class SettleForm(StaffForm):
    """What becomes of a held tap: the button that was pressed."""

    outcome = HiddenField(validators=[AnyOf([outcome.value for outcome in Outcome], message=TOO_OLD)])
