"""The log of changes in words: a sentence for each kind of change, built from what was kept of it."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from flask import Flask
from flask_babel import format_date, gettext, ngettext

from kiosk.domain.auditing import AuditLine
from kiosk.filters import hold_reason_words, number, reason_words, signed, words
from kiosk.kinds import HoldReason, Reason, Role
from kiosk.models import Activity

# {activity key: (its label, its decimals)}, in the reader's language.
Labels = Mapping[str, tuple[str, int]]
Old = Mapping[str, Any]


def close(object: str, old: Old, new: Old, labels: Labels) -> str:
    if not new.get("was_open", True):
        return gettext("marked %(day)s as closed", day=_day(object))
    if old.get("changed"):
        return gettext("approved %(day)s anew: %(changes)s", day=_day(object), changes=_changes(old["changed"], labels))
    return gettext("approved %(day)s", day=_day(object))


def reopen(object: str, old: Old, new: Old, labels: Labels) -> str:
    return gettext("reopened %(day)s: %(reason)s", day=_day(object), reason=_reason(new))


def correct(object: str, old: Old, new: Old, labels: Labels) -> str:
    numbers = ", ".join(
        gettext("%(activity)s from %(old)s to %(new)s", activity=name, old=number(before, places), new=after)
        for key, before in old.items()
        for name, places in [_label(key, labels)]
        for after in [number(new.get("numbers", {}).get(key), places)]
    )
    return gettext(
        "put %(day)s right: %(numbers)s (%(reason)s)", day=_day(object), numbers=numbers, reason=_reason(new)
    )


def undo_burst(object: str, old: Old, new: Old, labels: Labels) -> str:
    activity, _ = _label(old.get("activity"), labels)
    taps = ngettext("%(num)s tap", "%(num)s taps", old.get("taps", 0))
    return gettext(
        "took back a series of %(taps)s on %(day)s: %(activity)s", taps=taps, day=_day(object), activity=activity
    )


def accept(object: str, old: Old, new: Old, labels: Labels) -> str:
    return gettext("counted a tap that waited: %(what)s", what=_held(old, labels))


def dismiss(object: str, old: Old, new: Old, labels: Labels) -> str:
    return gettext("dismissed a tap that waited: %(what)s", what=_held(old, labels))


def add_centre(object: str, old: Old, new: Old, labels: Labels) -> str:
    return gettext("made the centre %(name)s", name=new.get("name", object))


def add_user(object: str, old: Old, new: Old, labels: Labels) -> str:
    role = role_words(Role(new["role"])) if new.get("role") else "?"
    return gettext("made an account for %(name)s as %(role)s", name=object, role=role)


def add_station(object: str, old: Old, new: Old, labels: Labels) -> str:
    return gettext("added the tablet %(name)s", name=object)


def labels(activities: Iterable[Activity]) -> Labels:
    """What the sentences need to know of the activities."""
    return {one.key: (words(one.labels), one.decimals) for one in activities}


Sentence = Callable[[str, Old, Old, Labels], str]

SENTENCES: dict[str, Sentence] = {
    "burst.undo": undo_burst,
    "centre.add": add_centre,
    "day.close": close,
    "day.correct": correct,
    "day.reopen": reopen,
    "held_tap.accept": accept,
    "held_tap.dismiss": dismiss,
    "station.add": add_station,
    "user.add": add_user,
}


def sentence(line: AuditLine, labels: Labels) -> str:
    """What was done, without who did it. Of a verb that has no sentence here: the bare facts."""
    entry = line.entry
    known = SENTENCES.get(entry.verb)
    if known is not None:
        return known(entry.object, entry.old, entry.new, labels)
    facts = ", ".join(f"{name}: {value}" for name, value in entry.new.items())
    return f"{noun_words(entry.verb.partition('.')[0])} {entry.object}" + (f" ({facts})" if facts else "")


def whose(line: AuditLine) -> str:
    """Who did it: a name, once that is forgotten the role, or the command line."""
    if line.name is not None:
        return line.name
    return role_words(line.entry.by_role) if line.entry.by_role else gettext("The command line")


def noun_words(noun: str) -> str:
    """What was changed, for choosing among."""
    match noun:
        case "activity":
            return gettext("Activities")
        case "burst":
            return gettext("Series")
        case "button":
            return gettext("Buttons")
        case "centre":
            return gettext("The centre")
        case "closed_period":
            return gettext("Closed periods")
        case "day":
            return gettext("Days")
        case "held_tap":
            return gettext("Taps that wait")
        case "method":
            return gettext("Ways of counting")
        case "screen":
            return gettext("Screens")
        case "sign_in":
            return gettext("Sign-ins")
        case "station":
            return gettext("Tablets")
        case "user":
            return gettext("Users")
        case "week":
            return gettext("Weeks entered")
        case _:
            return noun


def role_words(role: Role) -> str:
    match role:
        case Role.READER:
            return gettext("Reader")
        case Role.STAFF:
            return gettext("Staff member")
        case Role.LEADER:
            return gettext("Leader")


def _day(iso: str) -> str:
    try:
        return format_date(date.fromisoformat(iso), "d. MMMM y")
    except ValueError:
        return iso


def _reason(new: Old) -> str:
    return reason_words(Reason(new["reason"])) if new.get("reason") else ""


def _label(key: str | None, labels: Labels) -> tuple[str, int]:
    return labels.get(key or "", (key or "?", 0))


def _changes(changed: Mapping[str, int], labels: Labels) -> str:
    """“Besøk +2, Lunsj −1”."""
    named = [(_label(key, labels), change) for key, change in changed.items()]
    return ", ".join(f"{name} {signed(change, places)}" for (name, places), change in named)


def _held(old: Old, labels: Labels) -> str:
    """“Telefon, 1, 21. oktober 2026. …”"""
    name, places = _label(old.get("activity"), labels)
    count = number(old["count"], places) if old.get("count") is not None else "?"
    facts = [name, count, _day(str(old.get("day")))]
    reason = hold_reason_words(HoldReason(old["reason"])) if old.get("reason") else ""
    return ", ".join(facts) + (f". {reason}" if reason else "")


def init_app(app: Flask) -> None:
    for function in (sentence, whose, noun_words, role_words):
        app.add_template_filter(function)
