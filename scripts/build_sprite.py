"""Build kiosk/static/icons/kiosk.svg, the sprite of all pages, and staff.svg from a folder of SVG files.

    python scripts/build_sprite.py <folder with HouseHeart.svg, Cutlery.svg …>

Takes the icons of the catalogue's buttons, and those named in UI and OFFERED; `house-heart` is the file HouseHeart.svg.
What only staff pages show (STAFF) lies apart: the door page pays for every byte of its sprite.
Coordinates are rounded to a hundredth of the 24-unit grid: a twentieth of a pixel on the largest button.
"""

import re
import sys
import tomllib
from pathlib import Path
from xml.etree import ElementTree

KIOSK = Path(__file__).parent.parent / "kiosk"
ICONS = KIOSK / "static" / "icons"
SVG = "{http://www.w3.org/2000/svg}"

# What pages show beside the buttons' own icons.
UI = (
    "arrow-down",
    "arrow-left",
    "arrow-right",
    "arrow-undo",
    "arrow-up",
    "bar-chart",
    "cloud-slash",
    "exclamationmark-triangle",
    "finger-button",
    "plus",
    "tablet",
)
# What a leader may choose for a button besides; each has its word in kiosk/forms/icons.py.
OFFERED = """
    armchair backpack bed bicycle book bus calendar camera candle car chef-hat clipboard-checkmark clothing-hanger
    coffee dog envelope-closed face-smile first-aid-kit flower gavel handshake hat-school head-heart heart hospital
    key-horizontal laptop light-bulb medicine-bottle meeting-small microphone motorcycle mountain open-book palette
    parasol-beach pencil person-plus piggybank plant puzzle-piece recycle scissors shower snow star stroller sun tooth
    train tray-food truck wallet watering-can weight
"""
STAFF = ("checkmark-circle", "door", "eye", "questionmark-circle")
# How many numbers a path command takes at a time.
STEP = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6}
DECIMALS = 2


def wanted() -> list[str]:
    """The names of all icons that some page or button may ask for."""
    screens = tomllib.loads((KIOSK / "catalogue" / "screens.toml").read_text(encoding="utf-8"))["screen"]
    return sorted(
        {button["icon"] for screen in screens for button in screen["buttons"]} | set(UI) | set(OFFERED.split())
    )


def file_name(icon: str) -> str:
    return "".join(part.capitalize() for part in icon.split("-")) + ".svg"


def relative(path: str) -> str:
    """The same path in relative commands, a third shorter. Every number is rounded before it is subtracted,
    so that no error adds up. Raises ValueError for a command that the set does not use."""
    if set(re.findall("[A-Za-z]", path)) - set("MLHVCZ"):
        raise ValueError(f"cannot shorten {path}")
    x = y = start_x = start_y = 0.0
    written = []
    for command, numbers in re.findall("([MLHVCZ])([^MLHVCZ]*)", path):
        values = [round(float(number), DECIMALS) for number in re.findall(r"-?\d*\.?\d+", numbers)]
        if command == "Z":
            x, y = start_x, start_y
            written.append("z")
        for at in range(0, len(values), STEP.get(command, 1)):
            part = values[at : at + STEP[command]]
            match command:
                case "H":
                    steps, x = [part[0] - x], part[0]
                case "V":
                    steps, y = [part[0] - y], part[0]
                case _:
                    steps = [value - (y if place % 2 else x) for place, value in enumerate(part)]
                    x, y = part[-2:]
            if command == "M":
                start_x, start_y = x, y
            written.append(command.lower() + joined(steps))
    return "".join(written)


def joined(steps: list[float]) -> str:
    """Numbers as a path may hold them: no leading zero, no space before a minus."""
    texts = [re.sub(r"^(-?)0\.", r"\1.", f"{round(step, DECIMALS) + 0.0:g}") for step in steps]
    return " ".join(texts).replace(" -", "-")


def symbol(icon: str, drawing: ElementTree.Element) -> str:
    """The drawing as a <symbol>. Raises ValueError for what a sprite in one colour cannot show."""
    if {shape.tag for shape in drawing} != {SVG + "path"}:
        raise ValueError(f"{icon} is more than paths")
    paths = "".join(f'<path fill-rule="evenodd" d="{relative(shape.attrib["d"])}"/>' for shape in drawing)
    return f'<symbol id="{icon}" viewBox="{drawing.attrib["viewBox"]}" fill="currentColor">{paths}</symbol>'


def main(folder: Path) -> None:
    for sprite, icons in ((ICONS / "kiosk.svg", wanted()), (ICONS / "staff.svg", sorted(STAFF))):
        symbols = [symbol(icon, ElementTree.parse(folder / file_name(icon)).getroot()) for icon in icons]  # noqa: S314
        sprite.write_text(
            '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n", encoding="utf-8"
        )
        print(f"{sprite}: {len(symbols)} icons, {sprite.stat().st_size} bytes")  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]))
