"""How often something may be tried: token buckets in the database, which a restart does not refill.

What is limited (a name, an address) is stored nowhere: the key of its bucket is an HMAC with a salt that is
another each day, so that yesterday's keys tell nothing even to whoever has today's.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from kiosk.domain.ledger import insert_once
from kiosk.models import RateBucket

# Longer than any bucket takes to be full again; what is left of it is what a new one has.
REMEMBERED = timedelta(days=1)
# Requests overtake each other: one that read the clock a little before another may come to its bucket after it.
OVERTAKEN = timedelta(minutes=1)


@dataclass(frozen=True)
class Limit:
    """`at_once` tries for a bucket that was left alone, and then one more for each `every`."""

    name: str
    at_once: int
    every: timedelta


# Somebody who cannot remember, or a machine that guesses: ten tries, and then one a minute, never locked for ever.
SAME_NAME_FROM_SAME_ADDRESS = Limit("name and address", 10, timedelta(minutes=1))
# Many machines at one name. Whoever has that name shares this with them.
SAME_NAME = Limit("name", 60, timedelta(seconds=20))
# One machine at many names. A whole house may come from one address.
SAME_ADDRESS = Limit("address", 60, timedelta(seconds=10))

Keys = Mapping[bytes, Limit]


def limit_attempts(secret: bytes, purpose: str, name: str, address: str, now: datetime) -> Keys:
    """The buckets of one who tries `name` from `address`; `purpose` keeps sign-in apart from everything else."""
    salt = _hmac(secret, f"salt of {now.date().isoformat()}")
    limited = {
        SAME_NAME_FROM_SAME_ADDRESS: (name, address),
        SAME_NAME: (name,),
        SAME_ADDRESS: (address,),
    }
    # Lengths, so that no name can be made to look like another name with an address.
    return {
        _hmac(salt, "|".join([purpose, limit.name, *(f"{len(one)}:{one}" for one in what)])): limit
        for limit, what in limited.items()
    }


def find_wait(session: Session, keys: Keys, now: datetime) -> timedelta:
    """How long until each bucket has a token; zero: there is one now. Takes none, and writes nothing."""
    rows = session.execute(
        select(RateBucket.key, RateBucket.tokens, RateBucket.filled_at).where(RateBucket.key.in_(keys))
    )
    missing = [(1 - _filled(keys[key], tokens, filled_at, now), keys[key]) for key, tokens, filled_at in rows]
    return max((limit.every * lacking for lacking, limit in missing if lacking > 0), default=timedelta(0))


def take(session: Session, keys: Keys, now: datetime) -> timedelta:
    """Take a token from each bucket, or none where one is empty: then returns how long to wait.

    Safe when many come at once: on SQLite nobody else writes, on PostgreSQL the rows are locked, in one order.
    """
    ordered = sorted(keys)
    new = [{"key": key, "tokens": float(keys[key].at_once), "filled_at": now} for key in ordered]
    session.execute(insert_once(session, RateBucket), new)
    session.execute(
        select(RateBucket.key).where(RateBucket.key.in_(ordered)).order_by(RateBucket.key).with_for_update()
    )
    wait = find_wait(session, keys, now)
    if not wait:
        _add(session, keys, -1, now)
    return wait


def give_back(session: Session, keys: Keys, now: datetime) -> None:
    """Undo a `take`: whoever was right did not guess."""
    _add(session, keys, 1, now)


def forget_old(session: Session, now: datetime) -> None:
    """Forget the buckets that nobody has used for a day."""
    session.execute(delete(RateBucket).where(RateBucket.filled_at < now - REMEMBERED))


def _add(session: Session, keys: Keys, tokens: int, now: datetime) -> None:
    rows = session.execute(
        select(RateBucket.key, RateBucket.tokens, RateBucket.filled_at)
        .where(RateBucket.key.in_(keys))
        .order_by(RateBucket.key)
        .with_for_update()
    )
    for key, there, filled_at in rows.all():
        left = min(keys[key].at_once, _filled(keys[key], there, filled_at, now) + tokens)
        at = now if _has_gone_back(filled_at, now) else max(now, filled_at)
        session.execute(update(RateBucket).where(RateBucket.key == key).values(tokens=left, filled_at=at))


def _filled(limit: Limit, tokens: float, filled_at: datetime, now: datetime) -> float:
    """The tokens at `now`. Where the clock has gone back, a bucket is full: it must not wait for a wrong year."""
    if _has_gone_back(filled_at, now):
        return float(limit.at_once)
    return min(float(limit.at_once), tokens + max(now - filled_at, timedelta(0)) / limit.every)


def _has_gone_back(filled_at: datetime, now: datetime) -> bool:
    return filled_at - now > OVERTAKEN


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(errors="surrogatepass"), hashlib.sha256)
