"""The screens of volunteers and staff: several at once, the number pad, today's numbers, the newest taps, food bags."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenTablet
from tests.browser.installation import Installation
from tests.browser.tablet import records, wait_until_all_are

pytestmark = pytest.mark.browser

LOCK_MS, UNDO_MS, FORGET_MS = 1000, 8000, 60_000


@pytest.fixture
def staff(kiosk: Installation, open_tablet: OpenTablet) -> Page:
    return open_screen(kiosk, open_tablet, "staff")


@pytest.fixture
def volunteer(kiosk: Installation, open_tablet: OpenTablet) -> Page:
    return open_screen(kiosk, open_tablet, "volunteer")


def open_screen(kiosk: Installation, open_tablet: OpenTablet, screen: str) -> Page:
    page = open_tablet(kiosk, screen).new_page()
    page.clock.install()
    page.goto("/")
    expect(page.locator("html")).to_contain_class("has-script")
    return page


def number_on(page: Page, activity: str) -> Locator:
    return page.locator(f'[data-today="{activity}"]')


def open_pad(page: Page, word: str) -> None:
    page.get_by_role("button", name=f"123: et annet antall av {word}").click()


def press_keys(page: Page, *keys: str) -> None:
    for key in keys:
        page.locator(f'#pad [data-key="{key}"]').click()


def open_newest(page: Page) -> Locator:
    """The list of the newest taps, when the time to undo is over."""
    page.clock.fast_forward(UNDO_MS)
    page.get_by_role("link", name="Siste trykk").click()
    return page.locator("#newest-list li")


def test_several_at_once_are_one_tap_that_is_guarded_and_undone_as_a_whole(kiosk: Installation, staff: Page) -> None:
    five = staff.get_by_role("button", name="+5 SMS")
    five.dblclick()
    expect(staff.get_by_role("status").first).to_have_text("Takk! «5 SMS» er registrert.")
    wait_until_all_are(staff, "sent", 1)
    assert (kiosk.taps(), kiosk.sum("sms")) == (1, 5)
    # Another button of the same activity is another button.
    staff.get_by_role("button", name="SMS", exact=False).first.click()
    wait_until_all_are(staff, "sent", 2)
    staff.clock.fast_forward(LOCK_MS)
    five.click()
    staff.get_by_role("button", name="Angre").click()
    wait_until_all_are(staff, "sent", 4)
    assert kiosk.sum("sms") == 6


def test_one_more_after_five_is_one(kiosk: Installation, staff: Page) -> None:
    staff.get_by_role("button", name="+5 SMS").click()
    staff.get_by_role("button", name="Én til").click()
    wait_until_all_are(staff, "sent", 2)
    assert kiosk.sum("sms") == 6


def test_the_pad_asks_once_more_above_what_is_usual(kiosk: Installation, volunteer: Page) -> None:
    open_pad(volunteer, "Matpose utlevert")
    press_keys(volunteer, "1", "4")
    done = volunteer.locator("#pad-done")
    done.dblclick()
    # The bounce of a hand answers no question.
    expect(volunteer.get_by_role("alert")).to_have_text("14 er mer enn vanlig her. Er du sikker?")
    assert records(volunteer) == []
    volunteer.clock.fast_forward(LOCK_MS)
    expect(done).to_have_text("Ja, 14")
    done.click()
    expect(volunteer.locator("#message")).to_have_text("Takk! «14 Matpose utlevert» er registrert.")
    wait_until_all_are(volunteer, "sent", 1)
    assert (kiosk.taps(), kiosk.sum("food_bag")) == (1, 14)


def test_the_pad_asks_nothing_of_what_is_usual_and_forgets_what_was_called_off(
    kiosk: Installation, volunteer: Page
) -> None:
    open_pad(volunteer, "Matpose utlevert")
    press_keys(volunteer, "9", "9", "Backspace", "Backspace", "7")
    volunteer.get_by_role("button", name="Avbryt").click()
    open_pad(volunteer, "Matpose utlevert")
    expect(volunteer.locator("#pad-number")).to_have_text("–")
    press_keys(volunteer, "1")
    # Left half written: the next person begins anew.
    volunteer.clock.fast_forward(FORGET_MS)
    expect(volunteer.locator("#pad")).to_be_hidden()
    open_pad(volunteer, "Matpose utlevert")
    press_keys(volunteer, "8")
    volunteer.locator("#pad-done").click()
    wait_until_all_are(volunteer, "sent", 1)
    assert kiosk.sum("food_bag") == 8


def test_hours_are_tapped_in_whole_and_half(kiosk: Installation, volunteer: Page) -> None:
    volunteer.get_by_role("button", name="+3 Frivillige timer").click()
    open_pad(volunteer, "Frivillige timer")
    press_keys(volunteer, "1", ",", "5")
    volunteer.locator("#pad-done").click()
    wait_until_all_are(volunteer, "sent", 2)
    assert kiosk.sum("volunteer_hours") == 45
    expect(number_on(volunteer, "volunteer_hours")).to_have_text("4,5")


def test_the_numbers_are_the_centres_and_hold_what_waits_here(
    kiosk: Installation, staff: Page, open_tablet: OpenTablet
) -> None:
    expect(number_on(staff, "sms")).to_have_text("0")
    other = open_screen(kiosk, open_tablet, "staff")
    other.get_by_role("button", name="+10 SMS").click()
    wait_until_all_are(other, "sent", 1)
    staff.clock.fast_forward(15_000)
    expect(number_on(staff, "sms")).to_have_text("10")
    staff.context.set_offline(True)
    staff.get_by_role("button", name="+3 Terapiridning").click()
    # A whole holds its parts, also those that wait.
    for activity in ("riding", "community"):
        expect(number_on(staff, activity)).to_have_text("3")
    staff.get_by_role("button", name="Angre").click()
    expect(number_on(staff, "riding")).to_have_text("0")
    staff.clock.fast_forward(61_000)
    expect(staff.locator("#screen")).to_contain_class("is-stale")
    staff.context.set_offline(False)
    staff.evaluate("dispatchEvent(new Event('online'))")
    wait_until_all_are(staff, "sent", 2)
    staff.clock.fast_forward(15_000)
    expect(staff.locator("#screen")).not_to_contain_class("is-stale")
    assert kiosk.sum("riding") == 0


def test_the_newest_taps_are_taken_back_whoever_made_them(
    kiosk: Installation, staff: Page, open_tablet: OpenTablet
) -> None:
    other = open_screen(kiosk, open_tablet, "staff")
    other.get_by_role("button", name="+5 SMS").click()
    wait_until_all_are(other, "sent", 1)
    staff.get_by_role("button", name="Telefon").first.click()
    wait_until_all_are(staff, "sent", 1)
    rows = open_newest(staff)
    expect(rows).to_have_count(2)
    rows.filter(has_text="5 SMS").get_by_role("button").click()
    expect(rows.filter(has_text="5 SMS")).to_contain_text("Tatt tilbake")
    wait_until_all_are(staff, "sent", 2)
    assert (kiosk.sum("sms"), kiosk.sum("phone"), kiosk.held()) == (0, 1, 0)


def test_own_taps_are_taken_back_without_a_network(kiosk: Installation, staff: Page) -> None:
    staff.context.set_offline(True)
    staff.get_by_role("button", name="Telefon").first.click()
    expect(staff.locator("#message")).to_contain_text("Takk!")
    rows = open_newest(staff)
    expect(staff.locator("#newest-says")).to_contain_text("Uten nett")
    rows.get_by_role("button", name="Ta tilbake").click()
    expect(rows).to_contain_text("Tatt tilbake")
    staff.keyboard.press("Escape")
    # Opened again, it still knows.
    rows = open_newest(staff)
    expect(rows).to_contain_text("Tatt tilbake")
    staff.context.set_offline(False)
    staff.evaluate("dispatchEvent(new Event('online'))")
    wait_until_all_are(staff, "sent", 2)
    assert (kiosk.taps(), kiosk.sum(), kiosk.held()) == (2, 0, 0)


def test_what_counts_is_said_in_the_language_of_the_page(staff: Page) -> None:
    staff.get_by_role("link", name="Hva som telles").click()
    definitions = staff.locator("#definitions")
    expect(definitions).to_contain_text("Oppringning uten svar")
    definitions.get_by_text("Lukk").click()
    expect(definitions).to_be_hidden()
    staff.goto("/?sprak=en")
    staff.get_by_role("link", name="What counts").click()
    expect(staff.locator("#definitions")).to_contain_text("Does not count")


def test_food_bags_packed_and_left_are_compared_with_the_taps(kiosk: Installation, volunteer: Page) -> None:
    for name, keys in (("Pakket", "40"), ("Igjen", "6")):
        volunteer.get_by_role("button", name=name).click()
        press_keys(volunteer, *keys)
        volunteer.locator("#pad-done").click()
        expect(volunteer.get_by_role("button", name=f"{name}: {keys}")).to_be_focused()
    says = volunteer.locator(".food-says")
    expect(says).to_contain_text("34 delt ut etter denne tellingen, 0 trykket.")
    volunteer.evaluate("document.activeElement.blur()")
    volunteer.get_by_role("button", name="+5 Matpose").click()
    expect(says).to_contain_text("34 delt ut etter denne tellingen, 5 trykket.")
    assert kiosk.query('SELECT packed, "left" FROM food_day') == [(40, 6)]


def test_the_time_of_a_tap_is_the_centres_whatever_time_zone_the_tablet_is_in(
    kiosk: Installation, open_tablet: OpenTablet
) -> None:
    # Half a day away, where it is another day for half of the time.
    page = open_tablet(kiosk, "staff", timezone_id="Pacific/Auckland").new_page()
    page.goto("/")
    expect(page.locator("html")).to_contain_class("has-script")
    page.get_by_role("button", name="+5 SMS").click()
    wait_until_all_are(page, "sent", 1)
    [tapped_at] = kiosk.query("SELECT tapped_at FROM tally_event")
    here = datetime.fromisoformat(tapped_at).replace(tzinfo=UTC).astimezone(ZoneInfo("Europe/Oslo"))
    page.get_by_role("link", name="Siste trykk").click()
    expect(page.locator("#newest-list .when")).to_have_text(f"{here:%H.%M}")
    expect(number_on(page, "sms")).to_have_text("5")


def test_without_a_network_a_number_of_bags_is_not_pretended(kiosk: Installation, volunteer: Page) -> None:
    volunteer.context.set_offline(True)
    volunteer.get_by_role("button", name="Pakket").click()
    press_keys(volunteer, "4")
    volunteer.locator("#pad-done").click()
    expect(volunteer.locator(".food-says")).to_contain_text("ikke lagret")
    assert kiosk.query("SELECT * FROM food_day") == []


def test_every_task_is_done_with_the_keyboard_alone(kiosk: Installation, staff: Page) -> None:
    def walk_to(name: str) -> None:
        for _ in range(60):
            staff.keyboard.press("Tab")
            label = (
                "(document.activeElement.ariaLabel ?? document.activeElement.textContent).replace(/\\s+/g, ' ').trim()"
            )
            if str(staff.evaluate(label)).startswith(name):
                return
        raise AssertionError(f"Tab never came to {name}")

    walk_to("SMS")
    staff.keyboard.press("Enter")
    walk_to("+5 SMS")
    staff.keyboard.press("Space")
    walk_to("123")
    staff.keyboard.press("Enter")
    expect(staff.locator("#pad")).to_be_visible()
    staff.keyboard.type("12")
    staff.keyboard.press("Enter")
    staff.clock.fast_forward(LOCK_MS)
    staff.keyboard.press("Enter")
    wait_until_all_are(staff, "sent", 3)
    assert kiosk.sum("sms") == 18
    walk_to("Angre")
    staff.keyboard.press("Space")
    wait_until_all_are(staff, "sent", 4)
    staff.clock.fast_forward(UNDO_MS)
    walk_to("Siste trykk")
    staff.keyboard.press("Enter")
    expect(staff.locator("#newest-list li")).to_have_count(3)
    walk_to("Ta tilbake")
    staff.keyboard.press("Enter")
    wait_until_all_are(staff, "sent", 5)
    staff.keyboard.press("Escape")
    expect(staff.locator("#newest")).to_be_hidden()
    walk_to("Hva som telles")
    staff.keyboard.press("Enter")
    expect(staff.locator("#definitions")).to_be_visible()
    assert kiosk.sum("sms") in (1, 5)
