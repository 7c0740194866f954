"""Numbers, dates and changes as Norwegian readers write them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask
from flask_babel import format_date, get_locale, gettext

from kiosk.domain.checking import UsualRange
from kiosk.domain.comparing import Comparison, NoPercent
from kiosk.kinds import LANGUAGE_NAMES, LANGUAGES

# U+202F, so that a number never breaks over two lines.
NARROW_SPACE = "\u202f"
MINUS = "\u2212"


@dataclass(frozen=True)
class QrCode:
    """`path`: an SVG path over `size` × `size` squares, without the white border it needs."""

    size: int
    path: str


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
        case NoPercent.PARTLY_KNOWN:
            return gettext("the year before is known in part")
        case None:
            return ""


def words(by_language: dict[str, str]) -> str:
    """The words in the reader's language, else in Bokmål, else in any."""
    language = str(get_locale() or "nb")
    return by_language.get(language) or by_language.get("nb") or next(iter(by_language.values()), "")


def other_language(by_language: dict[str, str]) -> str:
    """The language that `words` falls back to, for a voice that reads them out; "" where it is the reader's own."""
    language = str(get_locale() or "nb")
    if by_language.get(language) or not by_language:
        return ""
    return "nb" if by_language.get("nb") else next(iter(by_language))


def long_date(day: date) -> str:
    return format_date(day, "EEEE d. MMMM y")


def month_day(text: str) -> str:
    """A day of any year: “11-01” → “1. nov.”."""
    month, day = text.split("-")
    return format_date(date(2024, int(month), int(day)), "d. MMM")


def time_or_day(instant: datetime, timezone: str, today: date) -> str:
    """When something was: “10.42” for today, else “19. november”, in the centre's time."""
    local = instant.astimezone(ZoneInfo(timezone))
    return time_of_day(instant, timezone) if local.date() == today else format_date(local.date(), "d. MMMM")


def time_of_day(instant: datetime, timezone: str) -> str:
    """“10.42”, in the centre's time."""
    return f"{instant.astimezone(ZoneInfo(timezone)):%H.%M}"


def date_and_time(instant: datetime, timezone: str) -> str:
    """“21.10.2026 kl. 10.42”, in the centre's time."""
    local = instant.astimezone(ZoneInfo(timezone))
    return gettext("%(day)s at %(time)s", day=f"{local:%d.%m.%Y}", time=f"{local:%H.%M}")


def days_later(day: date, days: int) -> date:
    return day + timedelta(days=days)


def usual(usual: UsualRange, decimals: int = 0) -> str:
    """What a weekday usually comes to: “12–18”, or “12” where it is always that."""
    low, high = number(usual.low, decimals), number(usual.high, decimals)
    return low if low == high else f"{low}–{high}"


def signed(value: int, decimals: int = 0) -> str:
    """A difference: “+2”, “−3”."""
    return ("+" if value > 0 else "") + number(value, decimals)


def qr_code(text: str) -> QrCode:
    """The QR code of a text, to be drawn in one colour on white."""
    # Few pages show one, and it takes a while to import.
    import segno

    rows = segno.make(text, error="m", micro=False).matrix
    path = []
    for y, row in enumerate(rows):
        x = 0
        for is_dark, run in groupby(row):
            length = len(list(run))
            if is_dark:
                path.append(f"M{x} {y}h{length}v1h-{length}z")
            x += length
    return QrCode(len(rows), "".join(path))


def day_and_time(instant: datetime, timezone: str) -> str:
    """“tirsdag 24. november kl. 10.42”, in the centre's time."""
    local = instant.astimezone(ZoneInfo(timezone))
    return gettext("%(day)s at %(time)s", day=format_date(local.date(), "EEEE d. MMMM"), time=f"{local:%H.%M}")


FILTERS: list[Callable[..., Any]] = [
    *(number, change, why_no_change, words, other_language, long_date, month_day),
    *(time_of_day, time_or_day, day_and_time, date_and_time, days_later, usual, signed),
    qr_code,
]


def init_app(app: Flask) -> None:
    for function in FILTERS:
        app.add_template_filter(function)
    app.jinja_env.globals.update(get_locale=get_locale, languages=LANGUAGES, language_names=LANGUAGE_NAMES)
