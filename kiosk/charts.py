"""Where the bars of a chart stand. Pure; the templates draw them as SVG."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from flask import Flask

# Of the big chart, in the units of its drawing.
WIDTH, HEIGHT, LEFT, TOP, BELOW = 640, 200, 44, 8, 22
MOST_TICKS = 4


class Counted(Protocol):
    """A number to draw, in an activity's smallest unit."""

    @property
    def count(self) -> int: ...


@dataclass(frozen=True)
class Bar:
    """`x` is the middle of its place, `y` its top; `before` where the mark of last year stands."""

    x: float
    y: float
    height: float
    before: float | None


@dataclass(frozen=True)
class Tick:
    """A line at `y` for the number `count`."""

    y: float
    count: int


@dataclass(frozen=True)
class Chart:
    """Bars of one width on a scale that begins at zero."""

    width: int
    height: int
    bar_width: float
    base: float
    bars: list[Bar]
    ticks: list[Tick]


def bar_path(counts: Sequence[Counted | None], height: int = 24, step: int = 8) -> str:
    """One SVG path with a bar for each count over zero, on the row's own scale; empty where there is no number.

    A path and not a drawing of each bar: a year page has three hundred.
    """
    numbers = [0 if one is None else one.count for one in counts]
    tallest = max(numbers, default=0)
    if tallest <= 0:
        return ""
    path = []
    for place, number in enumerate(numbers):
        if number > 0:
            tall = max(number * height / tallest, 1)
            path.append(f"M{place * step + 1} {height}v-{tall:.3g}h{step - 2}v{tall:.3g}z")
    return "".join(path)


def hour_path(by_hour: Mapping[int, int], hours: range, decimals: int = 0, height: int = 24) -> str:
    """One SVG path with a thin bar for each hour that has a number, ten units apart, on the row's own scale."""
    # A scale of at least six: one alone is never tall.
    tallest = max([6 * 10**decimals, *by_hour.values()])
    path = []
    for hour in hours:
        if by_hour.get(hour, 0) > 0:
            tall = max(by_hour[hour] * height / tallest, 1)
            path.append(f"M{(hour - hours[0]) * 10 + 3} {height}v-{tall:.3g}h4v{tall:.3g}z")
    return "".join(path)


def lay_out(counts: Sequence[Counted | None], before: Sequence[Counted | None] = ()) -> Chart:
    """The big chart of a figure; `before` are the same pieces a year earlier."""
    numbers = [None if one is None else max(one.count, 0) for one in counts]
    earlier = [None if one is None else max(one.count, 0) for one in before] or [None] * len(numbers)
    largest = max((one for one in numbers + earlier if one is not None), default=0)
    step = _step(largest)
    ticks = max(1, -(-largest // step))
    base = TOP + HEIGHT
    scale = HEIGHT / (ticks * step)
    place = (WIDTH - LEFT) / max(len(numbers), 1)

    def bar(index: int) -> Bar:
        number, then = numbers[index], earlier[index]
        height = round((number or 0) * scale, 1)
        x = round(LEFT + place * (index + 0.5), 1)
        return Bar(x, round(base - height, 1), height, None if then is None else round(base - then * scale, 1))

    return Chart(
        width=WIDTH,
        height=base + BELOW,
        bar_width=round(place * 0.7, 1),
        base=base,
        bars=[bar(index) for index in range(len(numbers))],
        ticks=[Tick(round(base - one * step * scale, 1), one * step) for one in range(ticks + 1)],
    )


def _step(largest: int) -> int:
    """The distance between lines: 1, 2 or 5 times a power of ten, so that there are at most MOST_TICKS."""
    power = 1
    while True:
        for factor in (1, 2, 5):
            if largest <= factor * power * MOST_TICKS:
                return factor * power
        power *= 10


def init_app(app: Flask) -> None:
    app.add_template_filter(bar_path)
    app.add_template_filter(hour_path)
    app.add_template_filter(lay_out)
