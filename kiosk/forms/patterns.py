"""The form of the pattern page: one field of each sort."""

from wtforms import RadioField, SelectField, StringField
from wtforms.fields import SelectChoice

from kiosk.forms.staff import StaffForm

CHOICES = [SelectChoice("one", "The first"), SelectChoice("other", "The other")]


class SampleForm(StaffForm):
    name = StringField("A text")
    choice = RadioField("One of a few", choices=CHOICES)
    select = SelectField("One of many", choices=CHOICES)
