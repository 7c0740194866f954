"""What was done with a day, in words."""

from collections.abc import Mapping

from flask_babel import gettext, ngettext

from kiosk.filters import number, signed
from kiosk.kinds import HoldReason
from kiosk.sentences.facts import Change, Sentence, day_words
from kiosk.wording import hold_reason_words

# A whole week of numbers would drown the log; the month shows them all.
MOST_NUMBERS = 4


def close(one: Change) -> str:
    if not one.new.get("was_open", True):
        return gettext("marked %(day)s as closed", day=one.day)
    if one.old.get("changed"):
        return gettext("approved %(day)s anew: %(changes)s", day=one.day, changes=_changes(one, one.old["changed"]))
    return gettext("approved %(day)s", day=one.day)


def reopen(one: Change) -> str:
    return gettext("reopened %(day)s: %(reason)s", day=one.day, reason=one.reason)


def correct(one: Change) -> str:
    now = one.new.get("numbers", {})
    numbers = ", ".join(
        gettext(
            "%(activity)s from %(old)s to %(new)s",
            activity=one.label(key)[0],
            old=one.count(key, before),
            new=one.count(key, now.get(key)),
        )
        for key, before in one.old.items()
    )
    return gettext("put %(day)s right: %(numbers)s (%(reason)s)", day=one.day, numbers=numbers, reason=one.reason)


def undo_burst(one: Change) -> str:
    activity, _ = one.label(one.old.get("activity"))
    taps = ngettext("%(num)s tap", "%(num)s taps", one.old.get("taps", 0))
    return gettext("took back a series of %(taps)s on %(day)s: %(activity)s", taps=taps, day=one.day, activity=activity)


def add_entry(one: Change) -> str:
    activity, _ = one.label(one.new.get("activity"))
    count = one.count(one.new.get("activity", ""), one.new.get("count"))
    return gettext(
        "entered for %(day)s what was forgotten: %(count)s %(activity)s", day=one.day, count=count, activity=activity
    )


def accept(one: Change) -> str:
    return gettext("counted a tap that waited: %(what)s", what=_held(one))


def dismiss(one: Change) -> str:
    return gettext("dismissed a tap that waited: %(what)s", what=_held(one))


def enter_week(one: Change) -> str:
    """The numbers that were entered, the first of them by name; `old` and `new` are {“key day”: count}."""
    named = [
        gettext(
            "%(activity)s %(day)s from %(old)s to %(new)s",
            activity=one.label(key)[0],
            day=day_words(day),
            old=one.count(key, one.old.get(cell)),
            new=one.count(key, number),
        )
        for cell, number in one.new.items()
        for key, _, day in [cell.partition(" ")]
    ]
    year, _, week = one.object.partition("-W")
    said = ngettext("entered %(num)s number", "entered %(num)s numbers", len(named))
    what = ", ".join(named[:MOST_NUMBERS]) + (" …" if len(named) > MOST_NUMBERS else "")
    return gettext("%(said)s for week %(week)s of %(year)s: %(what)s", said=said, week=week, year=year, what=what)


def _changes(one: Change, changed: Mapping[str, int]) -> str:
    """“Besøk +2, Lunsj −1”."""
    named = [(one.label(key), change) for key, change in changed.items()]
    return ", ".join(f"{name} {signed(change, places)}" for (name, places), change in named)


def _held(one: Change) -> str:
    """“Telefon, 1, 21. oktober 2026. …”"""
    name, places = one.label(one.old.get("activity"))
    count = number(one.old["count"], places) if one.old.get("count") is not None else "?"
    facts = ", ".join([name, count, day_words(one.old.get("day"))])
    reason = hold_reason_words(HoldReason(one.old["reason"])) if one.old.get("reason") else ""
    return facts + (f". {reason}" if reason else "")


SENTENCES: dict[str, Sentence] = {
    "burst.undo": undo_burst,
    "entry.add": add_entry,
    "day.close": close,
    "day.correct": correct,
    "day.reopen": reopen,
    "held_tap.accept": accept,
    "held_tap.dismiss": dismiss,
    "week.enter": enter_week,
}
