"""What is done on a page until it is in a state to be looked at. No act names anything by its words."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Literal

from playwright.sync_api import Locator, Page, expect

from tests.build import PIN

Act = Callable[[Page], None]


def press(selector: str) -> Act:
    return lambda page: page.locator(selector).first.click()


def then(*acts: Act) -> Act:
    def act(page: Page) -> None:
        for one in acts:
            one(page)

    return act


def see(selector: str) -> Act:
    return lambda page: expect(page.locator(selector).first).to_be_attached()


def fill(field: Locator, value: str) -> None:
    """A choice of several is made by its value; of a list, by its place in it."""
    match field.first.evaluate("(one) => one.type"):
        case "radio":
            field.and_(field.page.locator(f'[value="{value}"]')).check()
        case "select-one":
            field.select_option(index=int(value))
        case _:
            field.fill(value)


def submit(selector: str, **fields: str) -> Act:
    """A form, with its fields by name filled in; what it answers is waited for."""

    def act(page: Page) -> None:
        form = page.locator(selector).first
        for name, value in fields.items():
            fill(form.locator(f'[name="{name}"]'), value)
        with page.expect_navigation():
            # What a browser itself would complain of must be answered as well.
            form.evaluate(
                "(form) => { form.noValidate = true; form.requestSubmit(form.querySelector('[type=submit]')); }"
            )

    return act


def tap(page: Page) -> None:
    page.locator("form.tap button").first.click()
    expect(page.locator("#after")).to_be_visible()


def tap_in_vain(page: Page) -> None:
    """Neither the tablet nor the server takes it."""
    page.context.set_offline(True)
    page.evaluate("() => { IDBObjectStore.prototype.put = () => { throw new Error('on purpose'); }; }")
    page.locator("form.tap button").first.click()
    expect(page.locator(".is-failed").first).to_be_visible()


# Longer than a thank-you stands there.
A_WHILE_MS = 21_000


def tap_offline(page: Page) -> None:
    _tap_and_wait(page, lambda: page.context.set_offline(True), "requestfailed")
    expect(page.locator("#offline")).to_be_visible()


def tap_unpaired(page: Page) -> None:
    """Its leader has cut it off while it stood there: the server knows it no more."""
    refusal = {"kiosk": 1, "error": "Not signed in"}
    _tap_and_wait(
        page, lambda: page.route("**/api/taps", lambda route: route.fulfill(status=401, json=refusal)), "response"
    )
    expect(page.locator("#message")).to_have_text(page.locator("#strip").get_attribute("data-say-unpaired") or "")


def _tap_and_wait(page: Page, before: Callable[[], None], event: Literal["requestfailed", "response"]) -> None:
    """Until what became of the tap is known and the thank-you is over."""
    page.clock.install()
    page.reload()
    before()
    with page.expect_event(event, lambda one: one.url.endswith("/api/taps")):
        tap(page)
    page.clock.fast_forward(A_WHILE_MS)


def take_back(page: Page) -> None:
    tap(page)
    open_sheet("newest")(page)
    page.locator(".newest-row .take-back button").first.click()
    expect(page.locator(".newest-row.is-undone").first).to_be_visible()


def open_hours(page: Page) -> None:
    """The pad of what is counted in halves."""
    page.locator('[data-pad][data-decimals="1"]').click()
    expect(page.locator("#pad-comma")).to_be_visible()


def correct_twice(page: Page) -> None:
    """Somebody else corrects the same number meanwhile."""
    other = page.context.new_page()
    other.goto(page.url)
    for one, number in ((other, "90"), (page, "80")):
        submit("main form", **{"number-visit": number, "reason": "forgotten"})(one)
    other.close()


def try_pins(page: Page) -> None:
    """Until no more are taken for a while."""
    for _ in range(5):
        type_pin("999999")(page)


def open_pad(page: Page) -> None:
    page.locator("[data-pad]:not([data-food])").first.click()
    for key in "99":
        page.locator(f'#pad [data-key="{key}"]').click()
    page.locator("#pad-done").click()
    expect(page.locator("#pad-sure")).not_to_be_empty()


def open_sheet(name: str) -> Act:
    def act(page: Page) -> None:
        page.locator(f'[data-opens="{name}"]').click()
        expect(page.locator(f"#{name}")).to_be_visible()

    return act


def type_pin(pin: str) -> Act:
    def act(page: Page) -> None:
        for digit in pin:
            page.get_by_role("button", name=digit, exact=True).click()
        page.wait_for_load_state()

    return act


def unlock(page: Page) -> None:
    page.locator("#screens a").first.click()
    page.wait_for_load_state()
    type_pin(PIN)(page)
    expect(page.locator("#lock")).to_be_visible()


def lock(page: Page) -> None:
    page.locator("#lock button").click()
    expect(page.locator("#screens")).to_be_visible()


def ask_to_be_paired(page: Page) -> None:
    """Another browser shows a code, which this one approves."""
    with page.context.browser.new_context(base_url=page.url) as other:  # type: ignore[union-attr]
        tablet = other.new_page()
        tablet.goto("/koble")
        code = tablet.locator(".pairing-code").inner_text().replace(" ", "")
    page.goto(f"/koble/{code}")


def retire(page: Page) -> None:
    submit('form[action*="/ta-ut"]')(page)
    page.goto("/oppsett/aktiviteter/visit")


def add_seasonal(page: Page) -> None:
    page.goto("/oppsett/skjermbilder/1/ny-knapp")
    day = date.today() + timedelta(days=40)  # noqa: DTZ011
    season = f"{day.day}.{day.month}"
    submit("main form", activity="1", icon="star", season_from=season, season_to=season)(page)


def submit_week(page: Page) -> None:
    page.locator("main table input:visible").first.fill("mange")
    submit("main form")(page)
