"""What every form of the staff pages is made of."""

from typing import Any
from uuid import UUID, uuid4

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import Field
from wtforms.validators import InputRequired
from wtforms.widgets import HiddenInput

TOO_OLD = lazy_gettext("The page was too old. Nothing was changed. Send it once more.")


class OpIdField(Field):
    """The id that makes a form count once: made by us when the form is shown, a fresh one each time.

    `data` is the UUID that came back; in a form that is not valid perhaps None.
    """

    widget = HiddenInput()
    data: Any = None

    def _value(self) -> str:
        return str(uuid4())

    def process_formdata(self, values: list[Any]) -> None:
        try:
            self.data = UUID(values[0]) if values else None
        except ValueError:
            self.data = None
            raise ValueError(TOO_OLD) from None


class StaffForm(FlaskForm):
    """The base of each form that writes: its `op_id` goes to `operations.do_once`."""

    op_id = OpIdField(validators=[InputRequired(TOO_OLD)])
