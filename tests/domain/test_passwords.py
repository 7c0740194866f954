"""What a password may be."""

import pytest

from kiosk.domain.passwords import LONGEST, Flaw, find_flaw, hash_secret

ABOUT = ["Liv Leder", "CRUX Øvre Eiker"]


@pytest.mark.parametrize(
    "password",
    [
        "kaffe og vafler kl tolv",
        "tolv tegn nå",
        "tre katter spiser fisk",
        "sommer og vinter i Drammen",
        "Kx7#mQ2z!pLw",
        "fjorden er kald",
        "øæå blomster øæå",
        "correct horse battery staple",
        # Longer than what hashing alone would take, and with every sort of sign.
        "å" * 20 + "🙂 \u00a0<script>alert(1)</script>",
        "gresskar " * 28,
    ],
)
def test_a_long_password_of_ones_own_is_good(password: str) -> None:
    assert find_flaw(password, ABOUT) is None


@pytest.mark.parametrize("password", ["", "elleve tegn", "Kx7#mQ2z!pL"])
def test_under_twelve_signs_is_too_short(password: str) -> None:
    assert find_flaw(password) is Flaw.TOO_SHORT


def test_the_longest_password_fits_and_no_longer() -> None:
    longest = ("tre katter spiser fisk " * 12)[:LONGEST]
    assert find_flaw(longest) is None
    assert find_flaw(longest + "x") is Flaw.TOO_LONG


@pytest.mark.parametrize(
    "password",
    [
        # On the list, whatever the case.
        "zaq1xsw2cde3",
        "IngodWeTrust",
        # One sign, or a few, over and over.
        "aaaaaaaaaaaa",
        "abcabcabcabc",
        "..............",
        # Fingers that walk along the keys, there and back, and go on with another row.
        "qwertyuiopå1",
        "qwertyuiopasdf",
        "poiuytrewqlkj",
        "zxcvbnm,.-123",
        "1q2w3e4r5t6y",
        "abcdefghijkl",
        "123456789012",
        # Digits and signs only: a date, a telephone number.
        "14.05.1985 1234",
        "+47 900 00 000",
        # A word or two that everybody tries, dressed up.
        "passord12345",
        "PassordPassord1!",
        "P@ssw0rd1234",
        "Velkommen2026!",
        "sommer2026!!",
        "sommervinter1",
        "passord passord passord",
        "L1v3rp00l1892",
        # The names of the person and of the centre, together with one such word too.
        "LivLeder2026!",
        "crux øvre eiker!",
        "ovreeiker2024",
        "crux passord 1",
    ],
)
def test_what_everybody_would_try_first_is_too_common(password: str) -> None:
    assert find_flaw(password, ABOUT) is Flaw.TOO_COMMON


def test_only_ones_own_names_are_in_the_way() -> None:
    assert find_flaw("livlederovreeiker", ABOUT) is Flaw.TOO_COMMON
    assert find_flaw("livlederovreeiker", ["Stian Ansatt", "Prøvesenteret"]) is None


@pytest.mark.parametrize("password", ["a1b2c3d4e5" * 25, "passordqwe" * 25, "å" * 256, "qwer" * 64, "\ud800" * 20])
def test_no_password_takes_long_to_look_at_or_breaks_it(password: str) -> None:
    find_flaw(password, ABOUT)


def test_what_is_stored_is_scrypt_and_another_each_time() -> None:
    one, other = hash_secret("kaffe og vafler"), hash_secret("kaffe og vafler")
    assert one.startswith("scrypt:") and one != other
