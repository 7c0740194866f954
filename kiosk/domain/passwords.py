"""What a password may be. Pure: it knows the list of common ones, and no database.

After NIST SP 800-63B (5.1.1.2): length counts, rules about signs do not; what everybody tries first is refused.
"""

import re
from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from importlib import resources

from werkzeug.security import generate_password_hash

SHORTEST, LONGEST = 12, 256
# With fewer different signs it is one sign or a little pattern over and over.
FEWEST_SIGNS = 5
# A password that is only words that everybody tries needs more of them than this.
MOST_COMMON_WORDS = 2
SHORTEST_WORD, LONGEST_WORD = 3, 30

METHOD = "scrypt"

# As they lie on Norwegian and English keyboards; across, and slanting down.
ROWS = (
    "1234567890+",
    "qwertyuiopå",
    "asdfghjkløæ",
    "zxcvbnm,.-",
    "qwertyuiop[]",
    "asdfghjkl;'",
    "zxcvbnm,./",
    "abcdefghijklmnopqrstuvwxyzæøå",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0pø-",
    "1q2w3e4r5t6y7u8i9o0p",
    "qawsedrftgyhujikolpøåæ",
    "a1s2d3f4g5h6j7k8l9",
)
SHORTEST_RUN = 4
# What people write instead of letters; 1 is two of them.
LEET = [str.maketrans("0134579@$!€", letters) for letters in ("oleastgasie", "oieastgasie")]


class Flaw(StrEnum):
    """Why a password cannot be used."""

    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    TOO_COMMON = "too_common"


def find_flaw(password: str, about: Iterable[str] = ()) -> Flaw | None:
    """What is wrong with a new password, if anything. `about`: names of the person and of the centre."""
    if len(password) < SHORTEST:
        return Flaw.TOO_SHORT
    if len(password) > LONGEST:
        return Flaw.TOO_LONG
    folded = password.casefold()
    own = frozenset(word for name in about for word in _words(name))
    is_simple = folded in _common() or len(set(folded)) < FEWEST_SIGNS or _is_typed_along(folded)
    return Flaw.TOO_COMMON if is_simple or _is_words_only(folded, own) else None


def hash_secret(secret: str) -> str:
    """What is stored of a password or a PIN."""
    return generate_password_hash(secret, METHOD)


def _is_typed_along(folded: str) -> bool:
    """Whether it is nothing but fingers that walk along a row of keys, there or back."""
    rest = folded
    while rest:
        length = max((_run(rest, row) for one in ROWS for row in (one + one, (one + one)[::-1])), default=0)
        if length < SHORTEST_RUN and not (length and length == len(rest) < len(folded)):
            return False
        rest = rest[length:]
    return True


def _run(text: str, row: str) -> int:
    """How many of the first signs of the text stand in the row one after the other."""
    start = row.find(text[0])
    longest = 0
    while start >= 0:
        length = 0
        while length < len(text) and start + length < len(row) and text[length] == row[start + length]:
            length += 1
        longest, start = max(longest, length), row.find(text[0], start + 1)
    return longest


def _is_words_only(folded: str, own: frozenset[str]) -> bool:
    """Whether its letters are a common word or two, or own names, with whatever digits and signs about them."""
    bare = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", folded)
    for letters in (_letters(folded), *(_letters(bare.translate(one)) for one in LEET)):
        # Only digits and signs, or hardly a letter among them: as good as a date or a telephone number.
        if len(letters) < SHORTEST_WORD:
            return True
        words = _split(letters, _common() | own)
        # The parts of a name belong together.
        if words and len(words - own) + bool(words & own) <= MOST_COMMON_WORDS:
            return True
    return False


def _split(letters: str, words: frozenset[str]) -> frozenset[str]:
    """The fewest different words that these letters can be written with; none when they cannot."""
    reached: dict[int, frozenset[str]] = {0: frozenset()}
    for end in range(1, len(letters) + 1):
        ways = [
            reached[start] | {letters[start:end]}
            for start in range(max(0, end - LONGEST_WORD), end)
            if start in reached and letters[start:end] in words
        ]
        if ways:
            reached[end] = min(ways, key=len)
    return reached.get(len(letters), frozenset())


def _letters(text: str) -> str:
    return "".join(sign for sign in text if sign.isalpha())


def _words(name: str) -> set[str]:
    """Of “CRUX Øvre Eiker”: crux, øvre, eiker, and how they are written in an address."""
    folded = name.casefold()
    plain = folded.replace("æ", "ae").replace("ø", "o").replace("å", "a")
    return {word for one in (folded, plain) for word in re.findall(r"[^\W\d_]+", one) if len(word) >= SHORTEST_WORD}


@cache
def _common() -> frozenset[str]:
    """The common passwords and the words they are made of, from catalogue/common_passwords.txt."""
    text = resources.files("kiosk").joinpath("catalogue", "common_passwords.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))
