"""An activity and how it is counted."""

from flask_babel import lazy_gettext

from kiosk.forms.fields import DayField, in_each_language, radio_field, select_field
from kiosk.forms.staff import StaffForm
from kiosk.kinds import Input

INPUT_WORDS = {
    Input.TAP.value: lazy_gettext("It is tapped"),
    Input.ENTER.value: lazy_gettext("A person enters it"),
    Input.SUM.value: lazy_gettext("It is the sum of its parts"),
}


@in_each_language("label", lazy_gettext("Name"), 60, missing=lazy_gettext("Write what the activity is called."))
@in_each_language("unit", lazy_gettext("Unit"), 30)
@in_each_language("counts", lazy_gettext("This counts"), 300, is_long=True)
@in_each_language("counts_not", lazy_gettext("This does not count"), 300, is_long=True)
class ActivityForm(StaffForm):
    """`part_of` and `scope` get their choices from the view; who may not choose has no `scope`."""

    input = radio_field(lazy_gettext("How it gets its number"), INPUT_WORDS, default=Input.TAP.value)
    part_of = select_field(lazy_gettext("Part of"), default="")
    decimals = radio_field(
        lazy_gettext("Digits after the comma"),
        {0: lazy_gettext("None: 12"), 1: lazy_gettext("One: 12.5"), 2: lazy_gettext("Two: 12.25")},
        default=0,
        coerce=int,
    )
    rolls_up = radio_field(
        lazy_gettext("All centres together"),
        {"yes": lazy_gettext("Is added up"), "no": lazy_gettext("Each centre by itself")},
        default="yes",
    )
    scope = radio_field(
        lazy_gettext("Who counts it"),
        {"centre": lazy_gettext("This centre only"), "all": lazy_gettext("All centres")},
        default="centre",
    )


@in_each_language(
    "words", lazy_gettext("How it is counted"), 200, missing=lazy_gettext("Write how it is counted."), is_long=True
)
class MethodForm(StaffForm):
    valid_from = DayField(lazy_gettext("From which day"), lazy_gettext("Choose the day from which this holds."))
    scope = radio_field(
        lazy_gettext("Where"),
        {"centre": lazy_gettext("At this centre"), "all": lazy_gettext("At all centres")},
        default="centre",
    )
