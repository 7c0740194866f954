"""What templates say: the closed sets in words, as short as a table needs them, and every other message."""

from collections.abc import Callable
from typing import Any

from babel.dates import get_day_names
from flask import Flask, g
from flask_babel import get_locale, get_translations, gettext

from kiosk.kinds import Audience, EventKind, HoldReason, Input, Quality, Reason, Role


def role_words(role: Role) -> str:
    """What somebody who signs in may do."""
    match role:
        case Role.READER:
            return gettext("Reader")
        case Role.STAFF:
            return gettext("Staff member")
        case Role.LEADER:
            return gettext("Leader")


def audience_words(audience: Audience) -> str:
    """Whom a screen is for."""
    match audience:
        case Audience.PARTICIPANT:
            return gettext("For participants")
        case Audience.VOLUNTEER:
            return gettext("For volunteers")
        case Audience.STAFF:
            return gettext("For staff")


def reason_words(reason: Reason | None) -> str:
    """Why a number was put right, as a short phrase; nothing where there was no reason to give."""
    match reason:
        case Reason.FORGOTTEN:
            return gettext("forgotten")
        case Reason.DOUBLED:
            return gettext("counted twice")
        case Reason.WRONG_BUTTON:
            return gettext("wrong button")
        case Reason.TESTING:
            return gettext("a trial")
        case Reason.PAPER_SHEET:
            return gettext("from the paper sheet")
        case Reason.TABLET_FAILED:
            return gettext("the tablet failed")
        case None:
            return ""


def hold_reason_words(reason: HoldReason) -> str:
    """Why a tap waits for a person, as a whole sentence."""
    match reason:
        case HoldReason.UNKNOWN_ACTIVITY:
            return gettext("The activity does not exist.")
        case HoldReason.RETIRED_ACTIVITY:
            return gettext("The activity is no longer in use.")
        case HoldReason.NOT_ON_SCREEN:
            return gettext("The activity is not on the tablet’s screen.")
        case HoldReason.OTHER_CENTRE:
            return gettext("It comes from a tablet of another centre.")
        case HoldReason.TOO_OLD:
            return gettext("It is more than 400 days old.")
        case HoldReason.IMPOSSIBLE_COUNT:
            return gettext("The number cannot be right.")
        case HoldReason.CONFLICT:
            return gettext("It is counted already, with another number or activity.")
        case HoldReason.UNDO_BEFORE_TAP:
            return gettext("It takes back a tap that never came.")
        case HoldReason.UNDO_MISMATCH:
            return gettext("It takes back another tap than it says.")
        case HoldReason.CORRECTED_AWAY:
            return gettext("It takes back a tap that a correction has taken out already.")


def kind_words(kind: EventKind) -> str:
    """What an event of the ledger is, as a short phrase."""
    match kind:
        case EventKind.TAP:
            return gettext("tap")
        case EventKind.UNDO:
            return gettext("taken back")
        case EventKind.ENTRY:
            return gettext("entered")
        case EventKind.CORRECTION:
            return gettext("correction")
        case EventKind.IMPORT:
            return gettext("brought in")


def quality_words(quality: Quality) -> str:
    """How good a number is, as a short phrase."""
    match quality:
        case Quality.COUNTED:
            return gettext("counted")
        case Quality.BACKDATED:
            return gettext("entered afterwards")
        case Quality.FROM_LIST:
            return gettext("from a list")
        case Quality.ESTIMATED:
            return gettext("estimated")


def who(audience: Audience, role: Role | None) -> str:
    """Whose finger it was, or which role entered it; never a name."""
    match role or audience:
        case Role.LEADER:
            return gettext("leader")
        case Role.READER:
            return gettext("reader")
        case Role.STAFF | Audience.STAFF:
            return gettext("staff member")
        case Audience.PARTICIPANT:
            return gettext("participant")
        case Audience.VOLUNTEER:
            return gettext("volunteer")


def input_words(how: Input | str) -> str:
    """How an activity gets its number."""
    match how:
        case Input.TAP:
            return gettext("It is tapped")
        case Input.ENTER:
            return gettext("A person enters it")
        case Input.SUM:
            return gettext("It is the sum of its parts")
    return str(how)


def weekday_words(day: int) -> str:
    """“mandag”; numbered as `date.weekday()` does."""
    return get_day_names(locale=get_locale())[day]


def _said(words: str) -> str:
    return _translations().ugettext(words)


def _said_of(one: str, many: str, number: int) -> str:
    return _translations().ungettext(one, many, number)


def _translations() -> Any:
    """The catalogue of this request, looked up once: a month asks it for a hundred words."""
    found = g.get("translations")
    if found is None:
        found = g.translations = get_translations()
    return found


WORDINGS: list[Callable[..., Any]] = [
    *(role_words, audience_words, reason_words, hold_reason_words),
    *(kind_words, quality_words, who),
]


def init_app(app: Flask) -> None:
    for function in WORDINGS:
        app.add_template_filter(function)
    # For templates; flask-babel's own look the catalogue up for each word.
    app.jinja_env.install_gettext_callables(gettext=_said, ngettext=_said_of, newstyle=True)  # type: ignore[attr-defined]
