"""A member of staff with a phone in one hand, on a busy day."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import PATIENCE_MS, pair
from tests.browser.installation import Installation
from tests.browser.tablet import wait_until_all_are
from tests.browser.test_door import count_on
from tests.browser.watch import Watch

pytestmark = pytest.mark.browser

LOCK_MS = 1000
SIZE = {"width": 390, "height": 844}


@pytest.fixture(params=["signed in", "paired"])
def any_phone(
    request: pytest.FixtureRequest, browser: Browser, kiosk: Installation, watch: Watch, sign_in: Callable[[Page], None]
) -> Iterator[Page]:
    """A phone on the staff screen, of a person or a station of its own; `touches` counts fingers on the glass."""
    context = browser.new_context(base_url=kiosk.origin, viewport=SIZE, has_touch=True)  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE_MS)
    watch.over(context)
    context.add_init_script("window.touches = 0; addEventListener('touchstart', () => window.touches++)")
    page = context.new_page()
    if request.param == "paired":
        pair(context, kiosk.origin, kiosk.cookies["staff"])
    else:
        sign_in(page)
    page.clock.install()
    page.goto("/" if request.param == "paired" else "/trykk")
    expect(page.locator("html")).to_contain_class("has-script")
    yield page
    context.close()


@pytest.fixture
def phone(any_phone: Page) -> Page:
    """The leader's own, who is signed in; for a test that says so."""
    return any_phone


signed_in = pytest.mark.parametrize("any_phone", ["signed in"], indirect=True)


def touch(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).first.tap()


def test_every_button_is_in_reach_without_scrolling(any_phone: Page) -> None:
    phone = any_phone
    boxes = [box for one in phone.locator("form.tap:visible button").all() if (box := one.bounding_box())]
    assert len(boxes) >= 16
    assert all(box["y"] >= 0 and box["y"] + box["height"] <= SIZE["height"] for box in boxes)
    for button in phone.locator("form.tap:visible button").all():
        assert button.evaluate("""(one) => {
            const { left, top, width, height } = one.getBoundingClientRect();
            return one.contains(document.elementFromPoint(left + width / 2, top + height / 2));
        }"""), button.inner_text()


def log_contacts(kiosk: Installation, phone: Page) -> None:
    """28 of them: mixed, one taken back, five at once."""
    sent = 0
    for _ in range(12):
        for name in ("SMS", "Telefon"):
            touch(phone, name)
            sent += 1
            wait_until_all_are(phone, "sent", sent)
        phone.clock.fast_forward(LOCK_MS)
    # A finger each, and nothing to close in between.
    assert phone.evaluate("touches") == sent == 24
    touch(phone, "Angre")
    touch(phone, "+5 SMS")
    wait_until_all_are(phone, "sent", sent + 2)
    assert phone.evaluate("touches") == sent + 2
    assert (kiosk.sum("sms"), kiosk.sum("phone")) == (17, 11)


def test_on_a_phone_that_is_a_station_each_contact_is_one_touch(kiosk: Installation, any_phone: Page) -> None:
    log_contacts(kiosk, any_phone)


@signed_in
def test_twenty_nine_contacts_in_a_row_the_last_of_them_yesterdays(kiosk: Installation, phone: Page) -> None:
    log_contacts(kiosk, phone)
    day = phone.evaluate("new Date().toLocaleDateString('sv', { timeZone: 'Europe/Oslo' })")
    yesterday = date.fromisoformat(day) - timedelta(days=1)
    phone.get_by_role("link", name="Etterregistrer").tap()
    phone.get_by_label("Aktivitet").select_option(label="Telefon")
    phone.get_by_label("Dag").fill(yesterday.isoformat())
    phone.get_by_label("Hvor mange").fill("1")
    touch(phone, "Før inn")
    expect(phone.get_by_role("status")).to_contain_text("1 i alt")
    assert (kiosk.sum("sms"), kiosk.sum("phone"), kiosk.held()) == (17, 12, 0)
    contacts = [count_on(phone, "/i-dag", name, "I dag") for name in ("SMS", "Telefon", "Kontaktpunkt (telefon + SMS)")]
    assert contacts == ["17", "11", "28"]
    phone.goto(f"/tall/contact/{yesterday}")
    expect(phone.get_by_role("main")).to_contain_text("Etterregistrert")
    assert kiosk.query("SELECT quality, user_id IS NOT NULL FROM tally_event WHERE kind = 'entry'") == [
        ("backdated", 1)
    ]


@signed_in
def test_a_page_of_the_phone_stays_where_it_is_when_nobody_touches_it(kiosk: Installation, phone: Page) -> None:
    phone.goto("/trykk?senter=prove")
    touch(phone, "SMS")
    wait_until_all_are(phone, "sent", 1)
    phone.clock.fast_forward(60_000)
    assert phone.url.endswith("/trykk?senter=prove")


@signed_in
def test_the_staff_screen_can_be_put_on_the_home_screen(phone: Page) -> None:
    address = phone.locator('link[rel="manifest"]').get_attribute("href")
    manifest = phone.evaluate("async (address) => (await fetch(address)).json()", address)
    assert manifest["start_url"] == "/trykk" and manifest["display"] == "standalone"
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    sizes = """(icons) => Promise.all(icons.map(async ({ src, sizes }) => {
        const image = new Image();
        image.src = src;
        await image.decode();
        return sizes === `${image.naturalWidth}x${image.naturalHeight}`;
    }))"""
    assert phone.evaluate(sizes, manifest["icons"]) == [True] * 3
