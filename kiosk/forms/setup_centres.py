"""The centre: its name, when it is open, when it is closed."""

from flask_babel import lazy_gettext
from wtforms import SelectMultipleField
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from kiosk.forms.fields import DayField, WholeNumberField, choices_of, text_field
from kiosk.forms.staff import StaffForm
from kiosk.kinds import Weekday

WEEKDAY_WORDS = {
    Weekday.MONDAY: lazy_gettext("Monday"),
    Weekday.TUESDAY: lazy_gettext("Tuesday"),
    Weekday.WEDNESDAY: lazy_gettext("Wednesday"),
    Weekday.THURSDAY: lazy_gettext("Thursday"),
    Weekday.FRIDAY: lazy_gettext("Friday"),
    Weekday.SATURDAY: lazy_gettext("Saturday"),
    Weekday.SUNDAY: lazy_gettext("Sunday"),
}


class NewCentreForm(StaffForm):
    name = text_field(lazy_gettext("Name"), 80, lazy_gettext("Write what the centre is called."))


class CentreForm(NewCentreForm):
    open_weekdays = SelectMultipleField(
        lazy_gettext("Open on"),
        [InputRequired(lazy_gettext("Choose at least one day."))],
        choices=choices_of({int(day): word for day, word in WEEKDAY_WORDS.items()}),
        coerce=int,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    hours_per_full_time_year = WholeNumberField(
        lazy_gettext("Hours in a full-time year"),
        least=1000,
        most=2500,
        missing=lazy_gettext("Write how many hours make a full-time year."),
    )


class ClosedForm(StaffForm):
    first_on = DayField(lazy_gettext("First day closed"), lazy_gettext("Choose the first day."))
    last_on = DayField(lazy_gettext("Last day closed"), lazy_gettext("Choose the last day."))
    words = text_field(lazy_gettext("Why"), 80)
