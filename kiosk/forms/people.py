"""People who sign in: name, role and centre."""

from collections.abc import Iterable

from flask_babel import lazy_gettext
from wtforms import RadioField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, Length

from kiosk.forms.staff import StaffForm
from kiosk.kinds import Role

ALL_CENTRES = ""


class RoleForm(StaffForm):
    """What somebody may do, and where; a leader of one centre is not asked where."""

    role = RadioField(
        lazy_gettext("Role"),
        [DataRequired(lazy_gettext("Choose a role."))],
        choices=[
            SelectChoice(Role.READER.value, lazy_gettext("Reader")),
            SelectChoice(Role.STAFF.value, lazy_gettext("Staff member")),
            SelectChoice(Role.LEADER.value, lazy_gettext("Leader")),
        ],
        invalid_choice_message=lazy_gettext("Choose a role."),
    )
    centre = SelectField(lazy_gettext("Centre"), invalid_choice_message=lazy_gettext("Choose a centre."))

    def offer_centres(self, centres: Iterable[tuple[str, str]], *, with_all: bool) -> None:
        """(slug, name) of the centres to choose among; with one and no other choice there is nothing to ask."""
        if with_all:
            named = [SelectChoice(slug, name) for slug, name in centres]
            self.centre.choices = [SelectChoice(ALL_CENTRES, lazy_gettext("All centres")), *named]
        else:
            del self.centre

    def slug(self) -> str | None:
        """The chosen centre; None for all, and where nothing was asked."""
        return (self.centre.data or None) if self.centre is not None else None


class AddPersonForm(RoleForm):
    """Somebody new."""

    name = StringField(
        lazy_gettext("Name"),
        [DataRequired(lazy_gettext("Write a name.")), Length(max=80, message=lazy_gettext("The name is too long."))],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
