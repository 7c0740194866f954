"""Numbers, dates and changes as Norwegian readers write them."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, g
from flask_babel import format_date, get_locale, get_translations, gettext

from kiosk.domain.comparing import Comparison, NoPercent
from kiosk.kinds import LANGUAGES, Audience, EventKind, Quality, Reason, Role

# U+202F, so that a number never breaks over two lines.
NARROW_SPACE = "\u202f"
MINUS = "\u2212"


def number(value: int | None, decimals: int = 0) -> str:
    """A count given in the smallest unit: 3557 → “3 557”, 20905 with one decimal → “2 090,5”, 20900 → “2 090”."""
    if value is None:
        return ""
    whole, rest = divmod(abs(value), 10**decimals)
    text = f"{whole:,}".replace(",", NARROW_SPACE)
    if rest:
        text += "," + f"{rest:0{decimals}d}".rstrip("0")
    return (MINUS if value < 0 else "") + text


def change(comparison: Comparison) -> str:
    """“+12 %”, “−3 %”, or nothing where a percentage means nothing (`why_no_change` says why)."""
    if comparison.percent is None:
        return ""
    rounded = round(comparison.percent)
    sign = "+" if rounded > 0 else MINUS if rounded < 0 else ""
    return f"{sign}{abs(rounded)}\u00a0%"


def why_no_change(comparison: Comparison) -> str:
    """The reason why a comparison has no percentage, as a short phrase."""
    match comparison.why_none:
        case NoPercent.NO_VALUE:
            return gettext("no figure to compare with")
        case NoPercent.OTHER_METHOD:
            return gettext("counted in another way")
        case NoPercent.SMALL_BASE:
            return gettext("too few to compare")
        case None:
            return ""


def words(by_language: dict[str, str]) -> str:
    """The words in the reader's language, else in Bokmål, else in any."""
    language = str(get_locale() or "nb")
    return by_language.get(language) or by_language.get("nb") or next(iter(by_language.values()), "")


def long_date(day: date) -> str:
    return format_date(day, "EEEE d. MMMM y")


def time_or_day(instant: datetime, timezone: str, today: date) -> str:
    """When something was: “10.42” for today, else “19. november”, in the centre's time."""
    local = instant.astimezone(ZoneInfo(timezone))
    return clock(instant, timezone) if local.date() == today else format_date(local.date(), "d. MMMM")


def clock(instant: datetime, timezone: str) -> str:
    """The minute of an instant in the centre's time: “10.42”."""
    return f"{instant.astimezone(ZoneInfo(timezone)):%H.%M}"


def days_later(day: date, days: int) -> date:
    return day + timedelta(days=days)


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


def _said(words: str) -> str:
    return _translations().ugettext(words)


def _said_of(one: str, many: str, number: int) -> str:
    return _translations().ungettext(one, many, number)


def _translations() -> Any:
    """The catalogue of this request, looked up once: a month asks it for a hundred words."""
    if "translations" not in g:
        g.translations = get_translations()
    return g.translations


def init_app(app: Flask) -> None:
    for function in (
        number, change, why_no_change, words, long_date, time_or_day, clock, days_later,
        kind_words, quality_words, reason_words, who,
    ):  # fmt: skip
        app.add_template_filter(function)
    app.jinja_env.install_gettext_callables(gettext=_said, ngettext=_said_of, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.globals.update(get_locale=get_locale, languages=LANGUAGES)
