"""The form of the pattern page: one field of each sort."""

from wtforms import RadioField, SelectField, StringField

from kiosk.forms.staff import StaffForm


class SampleForm(StaffForm):
    name = StringField("A text")
    choice = RadioField("One of a few", choices=[("one", "The first"), ("other", "The other")])
    select = SelectField("One of many", choices=[("one", "The first"), ("other", "The other")])
