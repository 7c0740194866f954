"""A screen and its buttons."""

from flask_babel import lazy_gettext
from wtforms import HiddenField, ValidationError

from kiosk.forms.fields import (
    MonthDayField,
    WholeNumberField,
    WholeNumbersField,
    in_each_language,
    radio_field,
    select_field,
    text_field,
)
from kiosk.forms.icons import COLOUR_WORDS, ICON_WORDS
from kiosk.forms.staff import StaffForm
from kiosk.kinds import Audience

AUDIENCE_WORDS = {
    Audience.PARTICIPANT.value: lazy_gettext("Participants"),
    Audience.VOLUNTEER.value: lazy_gettext("Volunteers"),
    Audience.STAFF.value: lazy_gettext("Staff"),
}
LARGEST_COUNT = 999


class NameForm(StaffForm):
    """The name of a screen."""

    name = text_field(lazy_gettext("Name"), 80, lazy_gettext("Write what the screen is called."))


class ScreenForm(NameForm):
    audience = radio_field(lazy_gettext("For whom"), AUDIENCE_WORDS, default=Audience.PARTICIPANT.value)


class MoveForm(StaffForm):
    direction = HiddenField()


@in_each_language("label", lazy_gettext("Text on the button"), 40)
class ButtonForm(StaffForm):
    """The choices of `activity` come from the view, and the field is taken away where the activity is settled."""

    activity = select_field(lazy_gettext("What it counts"))
    icon = radio_field(lazy_gettext("Picture"), ICON_WORDS)
    colour = radio_field(lazy_gettext("Colour"), COLOUR_WORDS, default=1, coerce=int)
    quick_counts = WholeNumbersField(lazy_gettext("Quick counts"), most=LARGEST_COUNT, how_many=6)
    usual_maximum = WholeNumberField(lazy_gettext("Usual maximum"), least=1, most=LARGEST_COUNT)
    season_from = MonthDayField(lazy_gettext("Shown from"))
    season_to = MonthDayField(lazy_gettext("Shown to and with"))

    def validate_season_to(self, field: MonthDayField) -> None:
        if not field.errors and not self.season_from.errors and bool(field.data) != bool(self.season_from.data):
            raise ValidationError(lazy_gettext("Write both days, or none: then it is shown all year."))
