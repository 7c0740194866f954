"""The log of changes in words: a sentence for each kind of change, built from what was kept of it."""

from flask import Flask
from flask_babel import gettext, lazy_gettext

from kiosk.domain.auditing import AuditLine
from kiosk.sentences import days, doors, shaping
from kiosk.sentences.facts import Change, Labels, labels
from kiosk.wording import role_words

__all__ = ["NOUNS", "SENTENCES", "labels", "noun_words", "sentence", "whose"]

SENTENCES = days.SENTENCES | doors.SENTENCES | shaping.SENTENCES

# What can be changed, for choosing among.
NOUNS = {
    "activity": lazy_gettext("Activities"),
    "burst": lazy_gettext("Series"),
    "button": lazy_gettext("Buttons"),
    "centre": lazy_gettext("The centre"),
    "closed_period": lazy_gettext("Closed periods"),
    "day": lazy_gettext("Days"),
    "entry": lazy_gettext("Entered later"),
    "held_tap": lazy_gettext("Taps that wait"),
    "method": lazy_gettext("Ways of counting"),
    "screen": lazy_gettext("Screens"),
    "sign_in": lazy_gettext("Sign-ins"),
    "station": lazy_gettext("Tablets"),
    "user": lazy_gettext("Users"),
    "week": lazy_gettext("Weeks entered"),
}


def sentence(line: AuditLine, labels: Labels) -> str:
    """What was done, without who did it. Of a verb that has no sentence here: the bare facts."""
    entry = line.entry
    known = SENTENCES.get(entry.verb)
    if known is not None:
        return known(Change(entry.object, entry.old, entry.new, labels))
    facts = ", ".join(f"{name}: {value}" for name, value in entry.new.items())
    return f"{noun_words(entry.verb.partition('.')[0])} {entry.object}" + (f" ({facts})" if facts else "")


def whose(line: AuditLine) -> str:
    """Who did it: a name, once that is forgotten the role, or the command line."""
    if line.name is not None:
        return line.name
    return role_words(line.entry.by_role) if line.entry.by_role else gettext("The command line")


def noun_words(noun: str) -> str:
    return str(NOUNS.get(noun, noun))


def init_app(app: Flask) -> None:
    for function in (sentence, whose, noun_words):
        app.add_template_filter(function)
