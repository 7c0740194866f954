"""How much one sender may post: a token bucket each, in memory.

It guards the server against a tablet gone wild, not the numbers, so that a restart may forget it: what is
refused stays on the tablet and comes later.
"""

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass

# As many senders as are remembered; an installation has a handful.
MOST_SENDERS = 1000


@dataclass
class _Bucket:
    tokens: float
    filled_at: float


class TokenBuckets:
    """`capacity` tokens at most, `per_second` new ones, for each sender. Safe between threads."""

    def __init__(self, capacity: int, per_second: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.capacity = capacity
        self.per_second = per_second
        self._clock = clock
        self._buckets: OrderedDict[Hashable, _Bucket] = OrderedDict()
        self._lock = threading.Lock()

    def pause(self, sender: Hashable) -> int:
        """Whole seconds until there is a token for this sender; 0: there is one. Takes none."""
        with self._lock:
            bucket = self._buckets.get(sender)
            if bucket is None:
                return 0
            tokens = bucket.tokens + (self._clock() - bucket.filled_at) * self.per_second
            return math.ceil(max(0.0, 1 - tokens) / self.per_second)

    def take(self, sender: Hashable, tokens: int) -> float:
        """Take tokens. Returns 0, or the seconds after which there are enough (then none are taken)."""
        now = self._clock()
        with self._lock:
            bucket = self._buckets.setdefault(sender, _Bucket(self.capacity, now))
            self._buckets.move_to_end(sender)
            if len(self._buckets) > MOST_SENDERS:
                self._buckets.popitem(last=False)
            bucket.tokens = min(self.capacity, bucket.tokens + (now - bucket.filled_at) * self.per_second)
            bucket.filled_at = now
            if bucket.tokens < tokens:
                return (tokens - bucket.tokens) / self.per_second
            bucket.tokens -= tokens
            return 0.0
