"""A form that is sent twice does its work once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kiosk.database import writing
from kiosk.domain.operations import REMEMBERED, do_once, forget_old
from kiosk.models import UsedOp
from tests.build import NOW

TIMES = 8


def send(session: Session, op_id: UUID) -> bool:
    with writing(session):
        is_first = do_once(session, op_id, NOW)
        session.commit()
    return is_first


def test_the_same_form_counts_once_and_another_counts_too(session: Session) -> None:
    op_id = uuid4()
    assert [send(session, op_id), send(session, op_id), send(session, uuid4())] == [True, False, True]


def test_of_many_that_come_at_once_one_counts(make_session: Callable[[], Session]) -> None:
    op_id, start = uuid4(), Barrier(TIMES)

    def send_with_the_others(session: Session) -> bool:
        start.wait()
        return send(session, op_id)

    with ThreadPoolExecutor(TIMES) as pool:
        answers = list(pool.map(send_with_the_others, [make_session() for _ in range(TIMES)]))
    assert sorted(answers) == [False] * (TIMES - 1) + [True]


def test_what_was_refused_may_be_sent_again(session: Session) -> None:
    op_id = uuid4()
    with pytest.raises(LookupError), writing(session):
        assert do_once(session, op_id, NOW)
        raise LookupError("what the form asked for was refused")
    assert send(session, op_id)


def test_forms_of_long_ago_are_forgotten_and_others_are_not(session: Session) -> None:
    with writing(session):
        do_once(session, uuid4(), NOW - REMEMBERED - timedelta(seconds=1))
        do_once(session, kept := uuid4(), NOW - REMEMBERED)
        forget_old(session, NOW)
        session.commit()
    assert list(session.scalars(select(UsedOp.id))) == [kept]
    assert session.scalar(select(func.count()).select_from(UsedOp)) == 1
