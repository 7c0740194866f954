"""Forms sent as a browser without JavaScript sends them: as they were shown, with some fields filled in."""

from uuid import uuid4

from tests.pages import Page, PageClient


def form_of(page: Page, ending: str) -> dict[str, str]:
    """The fields of the form that is sent there."""
    (form,) = [one for one in page.forms() if one["action"].partition("?")[0].endswith(ending)]
    return form


def send(client: PageClient, form: dict[str, str], status: int = 303, **fields: str) -> Page:
    """Send a form as it was shown, with these fields filled in."""
    data = {name: value for name, value in form.items() if name != "action"} | fields
    response = client.post(form["action"], data=data)
    assert response.status_code == status, response.get_data(as_text=True)
    page = Page(response.get_data(as_text=True))
    if status != 303:
        page.inspect()
    return page


def with_new_ids(page: Page) -> Page:
    """The same page, opened by somebody else: its forms were not sent yet."""
    for tag, attributes in page.tags:
        if tag == "input" and attributes.get("name") == "op_id":
            attributes["value"] = str(uuid4())
    return page
