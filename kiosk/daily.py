"""What is done once a day: forgetting what need not be kept. By the server itself, and as `kiosk tidy`."""

import threading
from datetime import UTC, datetime

from flask import Flask
from sqlalchemy.orm import Session

from kiosk.database import vacuum, writing
from kiosk.domain import counting, tidying
from kiosk.extensions import db

# A server that is up day and night does it in the first hour of a new date; one that is not, soon after its start.
FIRST_LOOK = 10 * 60.0
LOOK_EVERY = 60 * 60.0


def tidy(session: Session, now: datetime) -> None:
    """Forget what need not be kept: minutes and tablets of days of age, old forms, who did what; clean the file.

    Each piece is a transaction of its own, so that taps need not wait long, and each may be repeated: killed
    in between, or done by two processes at once, the next time finds what is left.
    """
    people_before = (now - tidying.PEOPLE_FORGOTTEN_AFTER).date()
    for centre in counting.list_centres(session):
        for period in tidying.list_periods_to_coarsen(session, centre.id, centre.timezone, now):
            with writing(session):
                tidying.coarsen_days(session, centre.id, period)
                if period.last < people_before:
                    tidying.forget_people_of_days(session, centre.id, period)
                session.commit()
    with writing(session):
        tidying.forget_doors(session, now)
        tidying.forget_people(session, now)
        session.commit()
    vacuum(session)
    with writing(session):
        tidying.keep_tidied(session, now)
        session.commit()


def start(app: Flask, stop: threading.Event | None = None) -> threading.Thread:
    """Tidy once each date, in a thread that ends with the process or when `stop` is set."""
    thread = threading.Thread(target=_tidy_daily, args=(app, stop or threading.Event()), daemon=True, name="daily")
    thread.start()
    return thread


def tidy_if_due(app: Flask, now: datetime) -> bool:
    """Tidy unless it was done on this date. Returns whether it was done now; trouble is logged, and it waits."""
    with app.app_context():
        try:
            if tidying.is_tidied(db.session(), now):
                return False
            tidy(db.session(), now)
        # Whatever it is, taps matter more, and the next hour comes.
        except Exception as error:
            app.logger.error("not tidied: %s: %s", type(error).__name__, error)
            return False
        return True


def _tidy_daily(app: Flask, stop: threading.Event) -> None:
    wait = FIRST_LOOK
    while not stop.wait(wait):
        tidy_if_due(app, datetime.now(UTC))
        wait = LOOK_EVERY
