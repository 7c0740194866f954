from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired, Length

from kiosk.forms.passwords import LONGEST_SENT, TOO_LONG


class SignInForm(FlaskForm):
    """Name and password."""

    name = StringField(
        lazy_gettext("Name"),
        [DataRequired(lazy_gettext("Write your name.")), Length(max=80, message=TOO_LONG)],
        render_kw={"autocomplete": "username", "autocapitalize": "off", "spellcheck": "false"},
    )
    password = PasswordField(
        lazy_gettext("Password"),
        [DataRequired(lazy_gettext("Write your password.")), Length(max=LONGEST_SENT, message=TOO_LONG)],
        render_kw={"autocomplete": "current-password"},
    )
