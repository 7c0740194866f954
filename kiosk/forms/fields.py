"""Fields that several forms share: tidy text, numbers and days as people write them, words in each language."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeVar

from flask_babel import lazy_gettext
from wtforms import DateField, Field, Form, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, Length, Optional
from wtforms.widgets import TextInput

from kiosk.kinds import LANGUAGE_NAMES, LANGUAGES

TOO_LONG = lazy_gettext("At most %(max)d characters.")
CHOOSE = lazy_gettext("Choose one of these.")
FormClass = TypeVar("FormClass", bound=type[Form])


def tidy(text: str | None) -> str:
    """Without doubled or hidden spaces, and without what no database takes."""
    return " ".join((text or "").replace("\0", "").split())


def text_field(label: object, longest: int, missing: object | None = None, **options: Any) -> StringField:
    """One line of text, tidied; needed when `missing` says what to do."""
    validators: list[Any] = [Length(max=longest, message=TOO_LONG)]
    if missing is not None:
        validators.insert(0, DataRequired(missing))
    return StringField(label, validators, filters=[tidy], **options)


def in_each_language(
    name: str, label: object, longest: int, *, missing: object | None = None, is_long: bool = False
) -> Callable[[FormClass], FormClass]:
    """Give a form a field for each language: `name_nb` and so on. Only Bokmål is needed, when `missing` says so."""
    kind = TextAreaField if is_long else StringField

    def add(form: FormClass) -> FormClass:
        for language in LANGUAGES:
            validators: list[Any] = [Length(max=longest, message=TOO_LONG)]
            if missing is not None and language == "nb":
                validators.insert(0, DataRequired(missing))
            said = lazy_gettext("%(what)s (%(language)s)", what=label, language=LANGUAGE_NAMES[language])
            keywords = {"lang": language} | ({"rows": 2} if is_long else {})
            field = kind(said, validators, filters=[tidy], render_kw=keywords)
            setattr(form, f"{name}_{language}", field)
        return form

    return add


def words_of(form: Form, name: str) -> dict[str, str]:
    """What was written in each language, the empty ones left out."""
    said = {language: form[f"{name}_{language}"].data for language in LANGUAGES}
    return {language: words for language, words in said.items() if words}


def by_language(name: str, words: dict[str, str]) -> dict[str, str]:
    """The other way round, for a form that is shown."""
    return {f"{name}_{language}": said for language, said in words.items()}


def choices_of(words: Mapping[Any, object]) -> list[SelectChoice]:
    """{value: what it is called}, as WTForms takes choices."""
    return [SelectChoice(value=value, label=said) for value, said in words.items()]


def radio_field(label: object, words: Mapping[Any, object], **options: Any) -> RadioField:
    """One of a few, {value: what it is called}."""
    said = {"invalid_choice_message": CHOOSE, "invalid_value_message": CHOOSE}
    return RadioField(label, choices=choices_of(words), **said, **options)


def select_field(label: object, **options: Any) -> SelectField:
    """One of many, which the view names."""
    return SelectField(label, invalid_choice_message=CHOOSE, invalid_value_message=CHOOSE, **options)


class WholeNumberField(IntegerField):
    """A whole number from `least` to `most`; None when it is empty."""

    # Not None where it is needed and the form was validated.
    data: Any
    widget = TextInput()

    def __init__(self, label: object, *, least: int, most: int, missing: object | None = None, **options: Any) -> None:
        first = Optional() if missing is None else DataRequired(missing)
        super().__init__(label, [first], render_kw={"inputmode": "numeric", "size": 6}, **options)
        self.least, self.most = least, most

    def process_formdata(self, values: list[str]) -> None:
        text = re.sub(r"\s", "", values[0]) if values else ""
        self.data = None
        if not text:
            return
        if not re.fullmatch(r"\d{1,9}", text) or not self.least <= int(text) <= self.most:
            raise ValueError(
                lazy_gettext("Write a whole number from %(least)d to %(most)d.", least=self.least, most=self.most)
            )
        self.data = int(text)


class WholeNumbersField(Field):
    """A few whole numbers, as “1, 5, 10”; `data` has them in order, each once."""

    widget = TextInput()
    data: list[int]

    def __init__(self, label: object, *, most: int, how_many: int, **options: Any) -> None:
        super().__init__(label, **options)
        self.most, self.how_many = most, how_many

    def _value(self) -> str:
        return self.raw_data[0] if self.raw_data else ", ".join(str(one) for one in self.data or [])

    def process_formdata(self, values: list[str]) -> None:
        parts = re.split(r"[\s,;·]+", values[0].strip()) if values else []
        self.data = []
        numbers = [part for part in parts if part]
        if not all(re.fullmatch(r"\d{1,6}", part) and 1 <= int(part) <= self.most for part in numbers):
            raise ValueError(lazy_gettext("Write whole numbers from 1 to %(most)d, as in 1, 5, 10.", most=self.most))
        if len(set(numbers)) > self.how_many:
            raise ValueError(lazy_gettext("At most %(most)d numbers.", most=self.how_many))
        self.data = sorted({int(part) for part in numbers})


class MonthDayField(Field):
    """A day of any year, as “1.11”; `data` is “11-01”, or None when it is empty."""

    widget = TextInput()
    data: str | None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        if not self.data:
            return ""
        month, day = self.data.split("-")
        return f"{int(day)}.{int(month)}."

    def process_formdata(self, values: list[str]) -> None:
        self.data = None
        text = values[0].strip() if values else ""
        if not text:
            return
        found = re.fullmatch(r"(\d{1,2})\s*[./-]\s*(\d{1,2})\s*\.?", text)
        try:
            # A leap year: the 29th of February is a day too.
            day = date(2024, int(found[2]), int(found[1])) if found else None
        except ValueError:
            day = None
        if day is None:
            raise ValueError(lazy_gettext("Write day and month, as in 1.11 for the first of November."))
        self.data = f"{day:%m-%d}"


class DayField(DateField):
    """A date; `missing` is said when there is none, or none that can be read."""

    # As above.
    data: Any

    def __init__(self, label: object, missing: object, **options: Any) -> None:
        super().__init__(label, [DataRequired(missing)], **options)
        self.missing = missing

    def process_formdata(self, values: list[str]) -> None:
        try:
            super().process_formdata(values)
        except ValueError:
            self.data = None
            raise ValueError(self.missing) from None
        if self.data is not None and not 1990 <= self.data.year <= 2100:
            raise ValueError(self.missing)
