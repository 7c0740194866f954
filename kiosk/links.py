"""Addresses that tables print by the hundred, and those of pages that other areas own. Pure."""

from datetime import date

from flask import Flask


def day_link(day: date, senter: str | None = None) -> str:
    """The page on which staff look over a day."""
    return f"/dag/{day.isoformat()}" + _of_centre(senter)


def month_link(year: int, month: int, senter: str | None = None) -> str:
    """The grid of a month."""
    return f"/maaned/{year}/{month}" + _of_centre(senter)


def figure_link(key: str, year: int, month: int | None = None, senter: str | None = None) -> str:
    """An activity through a year, or through a month of it."""
    return f"/tall/{key}/{year}" + (f"/{month}" if month else "") + _of_centre(senter)


def month_figure_links(key: str, year: int, senter: str | None = None) -> list[str]:
    """An activity through each month of a year, January first."""
    begin, end = f"/tall/{key}/{year}/", _of_centre(senter)
    return [f"{begin}{month}{end}" for month in range(1, 13)]


def day_figure_link(key: str, day: date, senter: str | None = None) -> str:
    """An activity on a day, down to its events."""
    return f"/tall/{key}/{day.isoformat()}" + _of_centre(senter)


def _of_centre(senter: str | None) -> str:
    # A slug needs no quoting; what is none belongs to no centre, and no page comes of it.
    return f"?senter={senter}" if senter else ""


def init_app(app: Flask) -> None:
    for function in (day_link, month_link, figure_link, month_figure_links, day_figure_link):
        app.add_template_global(function)
