from collections.abc import Iterable

from flask_babel import lazy_gettext
from wtforms import DateField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length

from kiosk.forms.staff import StaffForm

HOURS = [SelectChoice(str(hour), f"{hour:02}.00–{(hour + 1) % 24:02}.00") for hour in range(24)]


class BackdateForm(StaffForm):
    """What was forgotten on its day."""

    activity = SelectField(
        lazy_gettext("Activity"), [InputRequired(lazy_gettext("Choose an activity."))], validate_choice=False
    )
    day = DateField(lazy_gettext("Day"), [InputRequired(lazy_gettext("Choose a day."))])
    hour = SelectField(
        lazy_gettext("About what time"), choices=[SelectChoice("", lazy_gettext("I do not know")), *HOURS]
    )
    number = StringField(
        lazy_gettext("How many"),
        [InputRequired(lazy_gettext("Write a number.")), Length(max=12)],
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )

    def offer(self, activities: Iterable[tuple[str, str]]) -> None:
        """The activities to choose among, key and word; none is chosen for anybody."""
        offered = [SelectChoice(key, word) for key, word in activities]
        self.activity.choices = [SelectChoice("", lazy_gettext("Choose …")), *offered]
