"""Every component on one page, for those who build pages. Only in debug."""

from datetime import date
from uuid import uuid4

from flask import Blueprint, render_template

from kiosk.domain.comparing import compare
from kiosk.domain.counting import Count
from kiosk.domain.periods import Period
from kiosk.domain.screens import ShownButton
from kiosk.forms.patterns import SampleForm
from kiosk.forms.signin import SignInForm
from kiosk.guards import public
from kiosk.kinds import Quality

bp = Blueprint("patterns", __name__)

# One for each tint; among them the longest words a button has to hold.
BUTTONS = [
    ("Jeg er her", "house-heart"),
    ("Lunsj", "cutlery"),
    ("Matpose utlevert", "shopping-basket"),
    ("Besøk for matutdeling", "person-group"),
    ("Fellesskapsbyggende aktivitet", "mug"),
    ("Ansvarsgruppemøte", "chair-table"),
    ("Gavekort før jul", "card"),
    ("Frivillige timer", "hand-heart"),
]
STATES = ["", "is-thanking", "is-locked", "is-failed"]
MONTHS = [31, 28, None, 34, 41, 39, 0, 12, 44, 52, 47, 20]


@bp.get("/patterns")
@public
def patterns() -> str:
    form = SignInForm()
    form.password.errors = ["Navnet eller passordet stemmer ikke."]
    staff_form = SampleForm()
    staff_form.choice.errors = ["Velg en av dem."]
    return render_template(
        "patterns.html",
        buttons=[_button(word, icon, tint) for tint, (word, icon) in enumerate(BUTTONS, start=1)],
        states=STATES,
        new_id=uuid4,
        form=form,
        staff_form=staff_form,
        counts=[_count(355700, Quality.COUNTED), _count(209, Quality.FROM_LIST), _count(40, Quality.ESTIMATED), None],
        changes=[compare(355, 322), compare(12, 10), compare(30, 40, same_method=False), compare(30, None)],
        labels=[str(month) for month in range(1, 13)],
        months=[None if count is None else _count(count, Quality.COUNTED) for count in MONTHS],
    )


def _button(word: str, icon: str, tint: int) -> ShownButton:
    return ShownButton(f"sample_{tint}", {"nb": word}, icon, tint, 1, 0, [], None, 0, None, {}, {})


def _count(count: int, quality: Quality) -> Count:
    return Count(0, 0, Period.of_day(date(2026, 1, 1)), count, quality)
