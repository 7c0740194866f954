from collections.abc import Sequence

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import Field, Form, PasswordField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, Length, ValidationError
from wtforms.widgets import CheckboxInput

from kiosk.forms.staff import StaffForm

CODE_AS_TYPED = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
PIN_AS_TYPED = {"autocomplete": "off", "inputmode": "numeric", "maxlength": "6", "spellcheck": "false"}


def at_least_one(form: Form, field: Field) -> None:
    """Not WTForms' own: a browser would take it to mean every box."""
    if not field.data:
        raise ValidationError(lazy_gettext("Choose at least one."))


class CodeForm(FlaskForm):
    """The code that a tablet shows."""

    code = StringField(
        lazy_gettext("The code on the tablet"),
        [DataRequired(lazy_gettext("Write the code that the tablet shows.")), Length(max=40)],
        render_kw=CODE_AS_TYPED,
    )


class StationForm(StaffForm):
    """A tablet's name and screens. `screens` are offered as (id, name)."""

    name = StringField(
        lazy_gettext("The tablet’s name"),
        [DataRequired(lazy_gettext("Write a name for the tablet.")), Length(max=80)],
        render_kw={"autocomplete": "off"},
    )
    screens = SelectMultipleField(
        lazy_gettext("What it shows"),
        [at_least_one],
        coerce=int,
        # Whoever saves looks for them at the centre.
        validate_choice=False,
        option_widget=CheckboxInput(),
    )

    def offer(self, screens: Sequence[tuple[int, str]]) -> None:
        self.screens.choices = list(screens)


class NewStationForm(StationForm):
    """The same for one that is being paired, with the PIN that its further screens may need."""

    pin = StringField(lazy_gettext("PIN, six digits"), [Length(max=40)], render_kw=PIN_AS_TYPED)


class PinForm(StaffForm):
    """A tablet's new PIN. It is seen while it is typed: it must be told to those who use it."""

    pin = StringField(
        lazy_gettext("New PIN, six digits"),
        [DataRequired(lazy_gettext("Write six digits.")), Length(max=40)],
        render_kw=PIN_AS_TYPED,
    )


class ConfirmForm(FlaskForm):
    """The password of whoever is signed in."""

    password = PasswordField(
        lazy_gettext("Password"),
        [DataRequired(lazy_gettext("Write your password.")), Length(max=200)],
        render_kw={"autocomplete": "current-password"},
    )
