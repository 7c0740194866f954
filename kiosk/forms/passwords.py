"""Choosing a password, with a one-time code or in place of the present one."""

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired, EqualTo, InputRequired, Length

from kiosk.forms.staff import StaffForm

# More than a password may have: the domain says so in words of its own.
LONGEST_SENT = 1000
TOO_LONG = lazy_gettext("That is too long.")


def _new_password() -> PasswordField:
    return PasswordField(
        lazy_gettext("New password"),
        [InputRequired(lazy_gettext("Write a new password.")), Length(max=LONGEST_SENT, message=TOO_LONG)],
        render_kw={"autocomplete": "new-password"},
    )


def _again() -> PasswordField:
    return PasswordField(
        lazy_gettext("The new password once more"),
        [EqualTo("password", lazy_gettext("The two new passwords are not alike."))],
        render_kw={"autocomplete": "new-password"},
    )


class NewPasswordForm(FlaskForm):
    """For who got a one-time code. It needs no op_id: the code works once."""

    name = StringField(
        lazy_gettext("Name"),
        [DataRequired(lazy_gettext("Write your name.")), Length(max=80, message=TOO_LONG)],
        render_kw={"autocomplete": "username", "autocapitalize": "off", "spellcheck": "false"},
    )
    code = StringField(
        lazy_gettext("One-time code"),
        [DataRequired(lazy_gettext("Write the code you got.")), Length(max=40, message=TOO_LONG)],
        render_kw={"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"},
    )
    password = _new_password()
    again = _again()


class ChangePasswordForm(StaffForm):
    """For who is signed in."""

    present = PasswordField(
        lazy_gettext("Present password"),
        [InputRequired(lazy_gettext("Write the password you have now.")), Length(max=LONGEST_SENT, message=TOO_LONG)],
        render_kw={"autocomplete": "current-password"},
    )
    password = _new_password()
    again = _again()
