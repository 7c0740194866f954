"""What is stored. Importing this package registers every table."""

from kiosk.models.access import SignIn, Station, User
from kiosk.models.audit import AuditEntry
from kiosk.models.centre import EXPLAINED, Activity, Button, Centre, ClosedPeriod, Method, Screen
from kiosk.models.doors import RateBucket, UsedOp
from kiosk.models.food import FoodDay
from kiosk.models.installation import Installation
from kiosk.models.pairing import Pairing, StationScreen
from kiosk.models.review import DayClosing
from kiosk.models.tally import HeldTap, TallyEvent

__all__ = [
    "EXPLAINED",
    "Activity",
    "AuditEntry",
    "Button",
    "Centre",
    "ClosedPeriod",
    "DayClosing",
    "FoodDay",
    "HeldTap",
    "Installation",
    "Method",
    "Pairing",
    "RateBucket",
    "Screen",
    "SignIn",
    "Station",
    "StationScreen",
    "TallyEvent",
    "UsedOp",
    "User",
]
