"""Whoever types a secret may try a few times: asked at the edge, before anything is checked."""

import math
from datetime import datetime

from flask import current_app, request

from kiosk.database import writing
from kiosk.domain import access, limiting
from kiosk.extensions import db


def take(purpose: str, name: str, now: datetime) -> int:
    """Count an attempt at `name` from where the request comes. Returns 0, or the seconds to wait before the next.

    Whether such a name exists plays no part.
    """
    keys = _keys(purpose, name, now)
    # A flood must not make us write: it is turned away by looking.
    wait = limiting.find_wait(db.session(), keys, now)
    if not wait:
        with writing(db.session()):
            wait = limiting.take(db.session(), keys, now)
            db.session.commit()
    return math.ceil(wait.total_seconds())


def give_back(purpose: str, name: str, now: datetime) -> None:
    """For an attempt that was right. Must run in a transaction that writes."""
    limiting.give_back(db.session(), _keys(purpose, name, now), now)


def _keys(purpose: str, name: str, now: datetime) -> limiting.Keys:
    secret = current_app.secret_key
    as_bytes = secret if isinstance(secret, bytes) else str(secret).encode()
    return limiting.limit_attempts(as_bytes, purpose, access.name_key(name), request.remote_addr or "", now)
