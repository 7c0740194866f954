"""Build the icons of the home screen, PNG files of static/icons/icon.svg: python scripts/build_icons.py

`maskable` and `apple` fill the whole square, because the system cuts them to its own shape; of a maskable icon it
may leave only a circle of four fifths, so the drawing is smaller there.
"""

import base64
from pathlib import Path

from playwright.sync_api import sync_playwright

ICONS = Path(__file__).parent.parent / "kiosk" / "static" / "icons"
GREEN = "#17573d"

# name: (pixels, how much of the square the drawing takes, the ground behind it)
SIZES = {
    "icon-192": (192, 1.0, "transparent"),
    "icon-512": (512, 1.0, "transparent"),
    "maskable": (512, 0.8, GREEN),
    "apple": (180, 1.0, GREEN),
}


def main() -> None:
    svg = base64.b64encode((ICONS / "icon.svg").read_bytes()).decode()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page()
        for name, (pixels, share, ground) in SIZES.items():
            page.set_viewport_size({"width": pixels, "height": pixels})
            page.set_content(
                f'<body style="margin:0;height:100vh;display:grid;place-items:center;background:{ground}">'
                f'<img src="data:image/svg+xml;base64,{svg}" width="{pixels * share}">'
            )
            page.screenshot(path=ICONS / f"{name}.png", omit_background=True)
        browser.close()


if __name__ == "__main__":
    main()
