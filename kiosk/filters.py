"""Numbers, dates and changes as Norwegian readers write them."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import Flask
from flask_babel import format_date, get_locale, gettext

from kiosk.domain.checking import UsualRange
from kiosk.domain.comparing import Comparison, NoPercent
from kiosk.kinds import LANGUAGES, HoldReason, Reason

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


def day_and_clock(instant: datetime, timezone: str) -> str:
    """“21.10.2026 kl. 10.42” in the centre's time."""
    local = instant.astimezone(ZoneInfo(timezone))
    return gettext("%(day)s at %(clock)s", day=f"{local:%d.%m.%Y}", clock=f"{local:%H.%M}")


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


def usual(usual: UsualRange, decimals: int = 0) -> str:
    """What a weekday usually comes to: “12–18”, or “12” where it is always that."""
    low, high = number(usual.low, decimals), number(usual.high, decimals)
    return low if low == high else f"{low}–{high}"


def signed(value: int, decimals: int = 0) -> str:
    """A difference: “+2”, “−3”."""
    return ("+" if value > 0 else "") + number(value, decimals)


def init_app(app: Flask) -> None:
    for function in (
        number, change, why_no_change, words, long_date, time_or_day, clock, reason_words, hold_reason_words, usual,
        signed, day_and_clock,
    ):  # fmt: skip
        app.add_template_filter(function)
    app.jinja_env.globals.update(get_locale=get_locale, languages=LANGUAGES)
