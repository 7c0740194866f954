"""What a leader changes comes to a paired tablet by itself: never under a finger, and no tap is lost by it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Response, expect

from tests.browser.conftest import OpenTablet
from tests.browser.installation import Installation
from tests.browser.tablet import press, wait_until_all_are

pytestmark = pytest.mark.browser

OpenLeader = Callable[[Installation], Page]

LOOK_EVERY_MS, IDLE_MS = 15_000, 20_000
SEASON_OF_ALL_YEAR = ("1.1", "31.12")


def words(page: Page) -> list[str]:
    return page.locator("form.tap .word").all_inner_texts()


def is_look(response: Response) -> bool:
    return response.request.headers.get("hx-request") == "true" and response.url.endswith("/")


def let_pass(page: Page, ms: int) -> None:
    """The page's own clock goes on; nobody waits."""
    page.clock.run_for(ms)


def open_with_clock(context_page: Page) -> Page:
    context_page.clock.install()
    context_page.goto("/")
    return context_page


def expect_preview(leader: Page, words: list[str]) -> None:
    expect(leader.frame_locator(".preview iframe").locator(".word")).to_have_text(words)


def change_the_door(leader: Page) -> None:
    """Rename one button, add one with a season, put the second before the first."""
    leader.goto("/oppsett")
    leader.get_by_role("link", name="Skjermbilder og knapper").click()
    leader.get_by_role("link", name="Inngang").click()
    leader.get_by_role("link", name="Lunsj", exact=True).click()
    leader.get_by_label("Tekst på knappen (bokmål)").fill("Middag")
    leader.get_by_role("button", name="Lagre").click()
    leader.get_by_role("link", name="Ny knapp").click()
    leader.get_by_label("Hva den teller").select_option(label="Ønsketre (gave)")
    leader.get_by_label("Stjerne").check()
    # It is shown before it is saved.
    expect_preview(leader, ["Jeg er her", "Middag", "Ønsketre (gave)"])
    leader.get_by_label("Vises fra").fill(SEASON_OF_ALL_YEAR[0])
    leader.get_by_label("Vises til og med").fill(SEASON_OF_ALL_YEAR[1])
    leader.get_by_role("button", name="Legg til knappen").click()
    leader.get_by_role("button", name="Flytt opp: Middag").click()
    expect_preview(leader, ["Middag", "Jeg er her", "Ønsketre (gave)"])


AFTER = ["Middag", "Jeg er her", "Ønsketre (gave)"]


def test_every_tablet_shows_within_a_minute_what_a_leader_changed_and_is_not_loaded_anew(
    kiosk: Installation, open_tablet: OpenTablet, open_leader: OpenLeader
) -> None:
    tablets = [open_with_clock(open_tablet(kiosk).new_page()) for _ in range(2)]
    for one in tablets:
        one.evaluate("window.isTheSame = true")
    change_the_door(open_leader(kiosk))
    for one in tablets:
        with one.expect_response(is_look) as look:
            let_pass(one, LOOK_EVERY_MS)
        assert look.value.status == 200
        expect(one.locator("form.tap .word")).to_have_text(AFTER)
        assert one.evaluate("window.isTheSame")
        with one.expect_response(is_look) as look:
            let_pass(one, LOOK_EVERY_MS)
        assert look.value.status == 304
    # The new buttons count.
    press(tablets[0], "gift", "lunch", ms=0)
    kiosk.wait_for_taps(2)
    assert (kiosk.sum("gift"), kiosk.sum("lunch")) == (1, 1)


def test_nothing_is_swapped_while_somebody_is_there_and_no_queued_tap_is_lost(
    kiosk: Installation, open_tablet: OpenTablet, open_leader: OpenLeader
) -> None:
    door = open_with_clock(open_tablet(kiosk).new_page())
    door.context.route("**/api/taps", lambda route: route.abort())
    door.get_by_role("button", name="Lunsj").click()
    wait_until_all_are(door, "waiting", 1)
    change_the_door(open_leader(kiosk))
    looks: list[str] = []
    door.on("request", lambda request: looks.append(request.url) if request.headers.get("hx-request") else None)
    let_pass(door, IDLE_MS - 2000)
    door.get_by_role("heading", level=1).click()
    let_pass(door, IDLE_MS - 2000)
    assert words(door) == ["Jeg er her", "Lunsj"] and not looks
    with door.expect_response(is_look):
        let_pass(door, LOOK_EVERY_MS)
    expect(door.locator("form.tap .word")).to_have_text(AFTER)
    wait_until_all_are(door, "waiting", 1)
    door.context.unroute("**/api/taps")
    let_pass(door, 2 * LOOK_EVERY_MS)
    kiosk.wait_for_taps(1)
    assert kiosk.sum("lunch") == 1


def test_an_answer_that_comes_when_a_finger_is_down_changes_nothing(
    kiosk: Installation, open_tablet: OpenTablet, open_leader: OpenLeader
) -> None:
    door = open_with_clock(open_tablet(kiosk).new_page())
    change_the_door(open_leader(kiosk))
    with door.expect_request(lambda request: request.headers.get("hx-request") == "true"):
        # Down before the answer is there: the page's timer and the finger in one breath.
        door.evaluate(
            """() => {
                const { fetch } = window;
                window.fetch = async (...asked) => {
                    const answer = await fetch(...asked);
                    dispatchEvent(new PointerEvent("pointerdown"));
                    return answer;
                };
            }"""
        )
        let_pass(door, LOOK_EVERY_MS)
    with door.expect_response(is_look):
        let_pass(door, IDLE_MS + LOOK_EVERY_MS)
    assert words(door) == ["Jeg er her", "Lunsj"]


@pytest.mark.parametrize("screen", ["door", "staff"])
def test_a_finger_that_rests_on_a_button_counts_what_it_came_down_on(
    kiosk: Installation, open_tablet: OpenTablet, screen: str
) -> None:
    page = open_with_clock(open_tablet(kiosk, screen).new_page())
    first = page.locator("form.tap").first
    activity = first.get_attribute("data-activity")
    box = first.bounding_box()
    assert activity and box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    kiosk.query(
        'UPDATE button SET position = 99 WHERE activity_id = (SELECT id FROM activity WHERE "key" = ?)', activity
    )
    looks: list[str] = []
    page.on("request", lambda request: looks.append(request.url) if request.headers.get("hx-request") else None)
    let_pass(page, LOOK_EVERY_MS + 1000)
    # Nobody asks for other buttons meanwhile, but for the numbers on those of staff.
    assert [one for one in looks if one.endswith("/")] == []
    page.mouse.up()
    kiosk.wait_for_taps(1)
    assert kiosk.sum(activity) == 1
    with page.expect_response(is_look):
        let_pass(page, IDLE_MS + LOOK_EVERY_MS)
    expect(page.locator("form.tap").first).not_to_have_attribute("data-activity", activity)


def test_the_setup_is_done_with_the_keyboard_alone(kiosk: Installation, open_leader: OpenLeader) -> None:
    leader = open_leader(kiosk)

    def walk_to(name: str) -> None:
        label = """(() => {
            const one = document.activeElement;
            return (one.labels?.[0] ?? one).innerText.replace(/\\s+/g, " ").trim();
        })()"""
        for _ in range(160):
            leader.keyboard.press("Tab")
            if str(leader.evaluate(label)).startswith(name):
                return
        raise AssertionError(f"Tab never came to {name}")

    def follow(name: str) -> None:
        walk_to(name)
        with leader.expect_navigation():
            leader.keyboard.press("Enter")

    for name in ("Oppsett", "Skjermbilder og knapper", "Inngang", "Lunsj"):
        follow(name)
    walk_to("Tekst på knappen")
    leader.keyboard.press("Control+A")
    leader.keyboard.type("Middag")
    walk_to("Kniv og gaffel")
    leader.keyboard.press("ArrowDown")
    follow("Lagre")
    follow("Flytt opp: Middag")
    expect_preview(leader, ["Middag", "Jeg er her"])
    assert kiosk.query("SELECT count(*) FROM button WHERE screen_id = 1 AND icon = 'cutlery'") == [0]


def test_names_and_what_counts_come_by_themselves_too(kiosk: Installation, open_tablet: OpenTablet) -> None:
    volunteer = open_with_clock(open_tablet(kiosk, "volunteer").new_page())
    kiosk.query("""UPDATE activity SET counts_not = '{"nb": "Tomme poser"}' WHERE "key" = 'food_bag'""")
    kiosk.query("UPDATE screen SET name = 'Kjøkkenet' WHERE audience = 'volunteer'")
    kiosk.query("UPDATE centre SET name = 'Nytt navn'")
    with volunteer.expect_response(is_look):
        let_pass(volunteer, LOOK_EVERY_MS)
    expect(volunteer.get_by_role("heading", level=1)).to_have_text("Kjøkkenet")
    expect(volunteer.locator("#place")).to_have_text("Nytt navn")
    volunteer.get_by_role("link", name="Hva som telles").click()
    expect(volunteer.locator("#definitions")).to_contain_text("Tomme poser")
