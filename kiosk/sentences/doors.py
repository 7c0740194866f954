"""What was done with people and tablets, in words."""

from flask_babel import gettext

from kiosk.kinds import Role
from kiosk.sentences.facts import Change, Sentence
from kiosk.wording import role_words


def add_user(one: Change) -> str:
    role = role_words(Role(one.new["role"])) if one.new.get("role") else "?"
    return gettext("made an account for %(name)s as %(role)s", name=one.object, role=role)


def change_user(one: Change) -> str:
    old, new = (_role_and_centre(kept.get("role"), kept.get("centre")) for kept in (one.old, one.new))
    return gettext("changed what %(name)s may do: from %(old)s to %(new)s", name=one.object, old=old, new=new)


def change_screens(one: Change) -> str:
    screens = ", ".join(one.new.get("screens", []))
    return gettext("gave the tablet %(name)s other screens: %(screens)s", name=one.object, screens=screens)


def rename_station(one: Change) -> str:
    return gettext("renamed the tablet %(old)s to %(new)s", old=one.old.get("name", "?"), new=one.object)


def _role_and_centre(role: str | None, centre: str | None) -> str:
    """“Ansatt (prove)”."""
    return f"{role_words(Role(role)) if role else '?'} ({centre or gettext('All centres')})"


SENTENCES: dict[str, Sentence] = {
    "sign_in.end": lambda one: gettext("signed out of another browser"),
    "station.add": lambda one: gettext("added the tablet %(name)s", name=one.object),
    "station.change_screens": change_screens,
    "station.pair": lambda one: gettext("paired the tablet %(name)s", name=one.object),
    "station.rename": rename_station,
    "station.revoke": lambda one: gettext("cut off the tablet %(name)s", name=one.object),
    "station.set_pin": lambda one: gettext("set another PIN for the tablet %(name)s", name=one.object),
    "user.add": add_user,
    "user.change": change_user,
    "user.change_password": lambda one: gettext("changed their own password"),
    "user.choose_password": lambda one: gettext("chose a password with a one-time code"),
    "user.disable": lambda one: gettext("closed the account of %(name)s", name=one.object),
    "user.enable": lambda one: gettext("opened the account of %(name)s again", name=one.object),
    "user.reset": lambda one: gettext("gave %(name)s a new one-time code", name=one.object),
}
