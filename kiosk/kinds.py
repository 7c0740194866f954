"""The closed sets: every value a column, a verdict or a role may take. Standard library only."""

from enum import IntEnum, StrEnum


class Role(StrEnum):
    """What a signed-in person may do; each role includes the one before."""

    READER = "reader"
    STAFF = "staff"
    LEADER = "leader"

    def includes(self, other: "Role") -> bool:
        order = list(Role)
        return order.index(self) >= order.index(other)


class UserState(StrEnum):
    """Whether somebody can sign in, and if not, what is missing."""

    CAN_SIGN_IN = "can_sign_in"
    HAS_CODE = "has_code"
    NEEDS_CODE = "needs_code"
    DISABLED = "disabled"


class Audience(StrEnum):
    """Whom a screen is for, and so whose finger made an event."""

    PARTICIPANT = "participant"
    VOLUNTEER = "volunteer"
    STAFF = "staff"


class Input(StrEnum):
    """How an activity gets its number."""

    TAP = "tap"
    ENTER = "enter"
    SUM = "sum"


class EventKind(StrEnum):
    TAP = "tap"
    UNDO = "undo"
    ENTRY = "entry"
    CORRECTION = "correction"
    IMPORT = "import"


class Span(StrEnum):
    """How exact the day of an event is."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class Bucket(StrEnum):
    """The pieces a period is counted in."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


class Quality(StrEnum):
    """How good a number is, best first."""

    COUNTED = "counted"
    BACKDATED = "backdated"
    FROM_LIST = "from_list"
    ESTIMATED = "estimated"

    @property
    def rank(self) -> int:
        return _RANKS[self]


_RANKS = {quality: rank for rank, quality in enumerate(Quality)}


class DayState(StrEnum):
    """How a day of a centre stands. Closed, zero and missing are three things."""

    APPROVED = "approved"
    NOT_LOOKED_OVER = "not_looked_over"
    CLOSED = "closed"
    MISSING = "missing"


class TimeQuality(StrEnum):
    SURE = "sure"
    UNSURE = "unsure"


class Verdict(StrEnum):
    """What became of a sent tap. Whichever it is, the server answers for the tap from now on."""

    RECORDED = "recorded"
    KNOWN = "known"
    HELD = "held"


class HoldReason(StrEnum):
    """Why a tap is kept but not yet counted."""

    UNKNOWN_ACTIVITY = "unknown_activity"
    RETIRED_ACTIVITY = "retired_activity"
    NOT_ON_SCREEN = "not_on_screen"
    OTHER_CENTRE = "other_centre"
    TOO_OLD = "too_old"
    IMPOSSIBLE_COUNT = "impossible_count"
    CONFLICT = "conflict"
    UNDO_BEFORE_TAP = "undo_before_tap"
    UNDO_MISMATCH = "undo_mismatch"
    CORRECTED_AWAY = "corrected_away"


class Outcome(StrEnum):
    """How a held tap was settled."""

    ACCEPTED = "accepted"
    DISMISSED = "dismissed"


class Reason(StrEnum):
    """Why a number was put right afterwards. A fixed list: free text could hold a name."""

    FORGOTTEN = "forgotten"
    DOUBLED = "doubled"
    WRONG_BUTTON = "wrong_button"
    TESTING = "testing"
    PAPER_SHEET = "paper_sheet"
    TABLET_FAILED = "tablet_failed"


class Weekday(IntEnum):
    """Numbered as `date.weekday()` does."""

    MONDAY = 0
    TUESDAY = 1
    WEDNESDAY = 2
    THURSDAY = 3
    FRIDAY = 4
    SATURDAY = 5
    SUNDAY = 6


# Of pages, and of the labels and definitions that a leader writes: what is not written is shown in Bokmål.
# Each by its own name, for who looks for theirs. One more is one more line here, and its catalogue.
LANGUAGE_NAMES = {"nb": "Bokmål", "nn": "Nynorsk", "en": "English"}
LANGUAGES = tuple(LANGUAGE_NAMES)
