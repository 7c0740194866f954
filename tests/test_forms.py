"""What every staff form carries."""

from uuid import UUID, uuid4

import pytest
from flask import Flask, render_template_string

from kiosk.forms.staff import StaffForm
from tests.pages import Page

SHOWN = """{% from "macros/form.html" import error_summary, hidden_fields %}
{{ error_summary(form) }}<form action="#">{{ hidden_fields(form) }}</form>"""


def show(form: StaffForm) -> dict[str, str]:
    return Page(render_template_string(SHOWN, form=form)).forms()[0]


@pytest.fixture
def bare_app(app: Flask) -> Flask:
    """Without the tokens against forged forms, which have their own tests."""
    app.config["WTF_CSRF_ENABLED"] = False
    return app


def test_a_form_has_a_fresh_id_each_time_it_is_shown(bare_app: Flask) -> None:
    with bare_app.test_request_context():
        ids = {show(StaffForm())["op_id"] for _ in range(3)}
    assert len(ids) == 3 and all(UUID(id).version == 4 for id in ids)


def test_the_id_comes_back_and_is_not_shown_again(bare_app: Flask) -> None:
    sent = uuid4()
    with bare_app.test_request_context(method="POST", data={"op_id": str(sent)}):
        form = StaffForm()
        assert form.validate_on_submit() and form.op_id.data == sent
        assert show(form)["op_id"] != str(sent)


@pytest.mark.parametrize("data", [{}, {"op_id": ""}, {"op_id": "nothing we made"}, {"op_id": "\0" * 10_000}])
def test_without_a_proper_id_nothing_is_done_and_the_form_says_so(bare_app: Flask, data: dict[str, str]) -> None:
    with bare_app.test_request_context(method="POST", data=data):
        form = StaffForm()
        assert not form.validate_on_submit()
        assert "Siden var for gammel" in render_template_string(SHOWN, form=form)
