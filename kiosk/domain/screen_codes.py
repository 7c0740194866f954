"""Codes that people read off one screen and type on another: eight letters, shown in two groups of four."""

import hashlib
import secrets

# Consonants, so that no word comes of it; without G and Q, which look like C and O, and W, which looks like VV.
LETTERS = "BCDFHJKLMNPRSTVXZ"
LENGTH = 8
GROUP = 4


def new_code() -> str:
    """One of seven thousand million."""
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))


def code_of(secret: str) -> str:
    """The code that belongs to a secret: whoever holds the secret need not keep the code, too."""
    number = int.from_bytes(hashlib.sha256(b"code of " + secret.encode()).digest())
    letters = []
    for _ in range(LENGTH):
        number, place = divmod(number, len(LETTERS))
        letters.append(LETTERS[place])
    return "".join(letters)


def read_code(typed: str) -> str:
    """A code as it was meant: without case, spaces or hyphens. What is no code stays none."""
    return "".join(typed.split()).replace("-", "").upper()


def spaced(code: str) -> str:
    """BCDFHJKL → BCDF HJKL."""
    return f"{code[:GROUP]} {code[GROUP:]}"
