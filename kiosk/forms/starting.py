from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired, EqualTo, Length


class StartCodeForm(FlaskForm):
    """The code from the terminal."""

    code = StringField(
        lazy_gettext("The code"),
        [DataRequired(lazy_gettext("Write the code from the terminal."))],
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )


class CentreForm(FlaskForm):
    """The centre's name."""

    name = StringField(
        lazy_gettext("The centre’s name"),
        [DataRequired(lazy_gettext("Write the centre’s name.")), Length(max=80)],
        render_kw={"autocomplete": "organization"},
    )


class LeaderForm(FlaskForm):
    """The leader's account."""

    name = StringField(
        lazy_gettext("Your name"),
        [DataRequired(lazy_gettext("Write your name.")), Length(max=80)],
        render_kw={"autocomplete": "username", "autocapitalize": "words", "spellcheck": "false"},
    )
    password = PasswordField(
        lazy_gettext("Password"),
        [DataRequired(lazy_gettext("Choose a password.")), Length(max=200)],
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        lazy_gettext("The password once more"),
        [EqualTo("password", lazy_gettext("The two passwords are not the same."))],
        render_kw={"autocomplete": "new-password"},
    )
