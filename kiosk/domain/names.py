"""What people call themselves and things: written as they wrote it, without what only disturbs."""

import unicodedata

# Marks that turn the direction of what follows them, also outside of the name.
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean_name(name: str) -> str:
    """The name with single spaces, and without control signs, half signs and marks that turn the text around."""
    shown = (" " if sign.isspace() else sign for sign in name if sign not in TURNING)
    return " ".join("".join(sign for sign in shown if unicodedata.category(sign) not in ("Cc", "Cs")).split())
