"""Numbers, dates and changes as Norwegian readers write them."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import Flask
from flask_babel import format_date, get_locale, gettext

from kiosk.domain.comparing import Comparison, NoPercent
from kiosk.kinds import LANGUAGES

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
    return f"{local:%H.%M}" if local.date() == today else format_date(local.date(), "d. MMMM")


def day_and_time(instant: datetime, timezone: str) -> str:
    """“tirsdag 24. november kl. 10.42”, in the centre's time."""
    local = instant.astimezone(ZoneInfo(timezone))
    return gettext("%(day)s at %(time)s", day=format_date(local.date(), "EEEE d. MMMM"), time=f"{local:%H.%M}")


def init_app(app: Flask) -> None:
    for function in (number, change, why_no_change, words, long_date, time_or_day, day_and_time):
        app.add_template_filter(function)
    app.jinja_env.globals.update(get_locale=get_locale, languages=LANGUAGES)
