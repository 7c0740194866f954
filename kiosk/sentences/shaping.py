"""What was done with centres, activities and screens, in words."""

from collections.abc import Iterator
from typing import Any

from flask_babel import gettext, lazy_gettext

from kiosk.filters import month_day, words
from kiosk.forms.icons import COLOUR_WORDS, ICON_WORDS
from kiosk.kinds import LANGUAGE_NAMES, LANGUAGES, Audience
from kiosk.sentences.facts import Change, Sentence, day_words, days_words
from kiosk.wording import audience_words, input_words, weekday_words

FIELDS = {
    "colour": lazy_gettext("colour"),
    "counts": lazy_gettext("this counts"),
    "counts_not": lazy_gettext("this does not count"),
    "decimals": lazy_gettext("digits after the comma"),
    "hours_per_full_time_year": lazy_gettext("hours in a full-time year"),
    "icon": lazy_gettext("picture"),
    "input": lazy_gettext("how it gets its number"),
    "labels": lazy_gettext("name"),
    "name": lazy_gettext("name"),
    "open_weekdays": lazy_gettext("open on"),
    "part_of": lazy_gettext("part of"),
    "quick_counts": lazy_gettext("quick counts"),
    "rolls_up": lazy_gettext("added up over all centres"),
    "season_from": lazy_gettext("shown from"),
    "season_to": lazy_gettext("shown to"),
    "units": lazy_gettext("unit"),
    "usual_maximum": lazy_gettext("usual maximum"),
}


def add_centre(one: Change) -> str:
    return gettext("made the centre %(name)s", name=one.new.get("name", one.object))


def rename_centre(one: Change) -> str:
    old, new = (kept.get("name", "?") for kept in (one.old, one.new))
    return gettext("renamed the centre %(old)s to %(new)s", old=old, new=new)


def change(one: Change) -> str:
    """For an activity, a button or the centre: “endret Besøk: navn fra Besøk til Besøkende”."""
    changes = ", ".join(
        gettext("%(field)s from %(old)s to %(new)s", field=field, old=_value(one, key, old), new=_value(one, key, new))
        for key in one.new
        for field, old, new in _differences(key, one.old.get(key), one.new[key])
    )
    return gettext("changed %(name)s: %(changes)s", name=one.object, changes=changes)


def add_method(one: Change) -> str:
    day, how = day_words(one.new.get("valid_from")), words(one.new.get("words", {}))
    return gettext("said how %(name)s is counted from %(day)s: %(how)s", name=one.object, day=day, how=how)


def remove_method(one: Change) -> str:
    day = day_words(one.old.get("valid_from"))
    return gettext("took back how %(name)s was counted from %(day)s", name=one.object, day=day)


def add_screen(one: Change) -> str:
    audience = audience_words(Audience(one.new["audience"])) if one.new.get("audience") else "?"
    return gettext("made the screen %(name)s (%(audience)s)", name=one.object, audience=audience)


def rename_screen(one: Change) -> str:
    return gettext("renamed the screen %(old)s to %(new)s", old=one.object, new=one.new.get("name", "?"))


def add_button(one: Change) -> str:
    return gettext("put the button %(name)s on %(screen)s", name=one.object, screen=one.new.get("screen", "?"))


def move_button(one: Change) -> str:
    old, new = (kept.get("place", "?") for kept in (one.old, one.new))
    screen = one.new.get("screen", "?")
    return gettext(
        "moved the button %(name)s on %(screen)s from place %(old)s to %(new)s",
        name=one.object,
        screen=screen,
        old=old,
        new=new,
    )


def remove_button(one: Change) -> str:
    return gettext("took the button %(name)s off %(screen)s", name=one.object, screen=one.old.get("screen", "?"))


def add_closed(one: Change) -> str:
    if not one.object:
        return gettext("set the centre closed: %(days)s", days=days_words(one.new))
    return gettext("set the centre closed for %(name)s: %(days)s", name=one.object, days=days_words(one.new))


def remove_closed(one: Change) -> str:
    if not one.object:
        return gettext("set the centre open after all: %(days)s", days=days_words(one.old))
    return gettext("set the centre open after all for %(name)s: %(days)s", name=one.object, days=days_words(one.old))


def _differences(key: str, old: Any, new: Any) -> Iterator[tuple[str, Any, Any]]:
    """(what it is called, old, new): words are told in each language that differs."""
    field = str(FIELDS.get(key, key))
    if not isinstance(new, dict):
        yield field, old, new
        return
    for language, name in LANGUAGE_NAMES.items():
        before, after = (old or {}).get(language), new.get(language)
        if before != after:
            yield field if language == LANGUAGES[0] else f"{field} ({name})", before, after


def _value(one: Change, field: str, value: Any) -> str:
    match field, value:
        case _, None | [] | {} | "":
            return gettext("nothing")
        case _, bool():
            return gettext("yes") if value else gettext("no")
        case "open_weekdays", list():
            return ", ".join(weekday_words(day) for day in value)
        case _, list():
            return ", ".join(str(each) for each in value)
        case "icon", _:
            return str(ICON_WORDS.get(value, value))
        case "colour", _:
            return str(COLOUR_WORDS.get(value, value))
        case "input", _:
            return input_words(value)
        case "part_of", _:
            return one.label(value)[0]
        case "season_from" | "season_to", _:
            return month_day(value)
        case _:
            return str(value)


SENTENCES: dict[str, Sentence] = {
    "activity.add": lambda one: gettext("added the activity %(name)s", name=one.object),
    "activity.bring_back": lambda one: gettext("took %(name)s into use again", name=one.object),
    "activity.change": change,
    "activity.move": lambda one: gettext("moved %(name)s in the list of activities", name=one.object),
    "activity.retire": lambda one: gettext("took %(name)s out of use", name=one.object),
    "button.add": add_button,
    "button.change": change,
    "button.move": move_button,
    "button.remove": remove_button,
    "centre.add": add_centre,
    "centre.change": change,
    "centre.rename": rename_centre,
    "closed_period.add": add_closed,
    "closed_period.remove": remove_closed,
    "method.add": add_method,
    "method.remove": remove_method,
    "screen.add": add_screen,
    "screen.remove": lambda one: gettext("removed the screen %(name)s", name=one.object),
    "screen.rename": rename_screen,
}
