"""Statements on the way of a tap, and of pages that stay open: compiled once, and run on the driver itself.

SQLAlchemy spends some 60 µs on each execution, more than SQLite does, and a tap needs six. What it knows is
still used: the statement is written with it, compiled by it, and its types turn values over and back.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Dialect
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import Insert
from sqlalchemy.sql.selectable import Select
from sqlalchemy.types import TypeEngine

Statement = Select[*tuple[Any, ...]] | Insert
Turn = Callable[[Any], Any] | None


@dataclass(frozen=True)
class _Plan:
    """A statement for one engine: its text, its constants, and how values become the driver's and come back."""

    sql: str
    constants: dict[str, Any]
    binds: dict[str, Turn]
    order: list[str] | None
    # None: all come back as they are.
    results: list[Turn] | None

    def turn(self, values: dict[str, Any]) -> dict[str, Any] | list[Any]:
        """The values as the driver takes them."""
        turned = self.constants.copy()
        for name, value in values.items():
            turn = self.binds[name]
            turned[name] = value if turn is None else turn(value)
        return turned if self.order is None else [turned[name] for name in self.order]


class Prepared:
    """A SELECT or an INSERT whose `bindparam`s are given by name."""

    def __init__(self, statement: Statement | Callable[[str], Statement]) -> None:
        """`statement`, or what makes it for the name of an engine (`sqlite`, `postgresql`)."""
        self._statement = statement
        self._plans: dict[str, _Plan] = {}

    def rows(self, session: Session, **values: Any) -> list[tuple[Any, ...]]:
        """Run it in the session's transaction. Raises what the driver raises, unwrapped."""
        plan, cursor = self._begin(session)
        try:
            cursor.execute(plan.sql, plan.turn(values))
            found = list(cursor.fetchall())
        finally:
            cursor.close()
        if plan.results is None:
            return found
        return [
            tuple([value if turn is None else turn(value) for value, turn in zip(row, plan.results, strict=True)])
            for row in found
        ]

    def did_each(self, session: Session, many: Iterable[dict[str, Any]]) -> list[bool]:
        """Run an INSERT once for each set of values; whether it added a row.

        (RETURNING would say so too, but SQLite keeps a table for it each time.)
        """
        plan, cursor = self._begin(session)
        did = []
        try:
            for values in many:
                cursor.execute(plan.sql, plan.turn(values))
                did.append(cursor.rowcount == 1)
        finally:
            cursor.close()
        return did

    def _begin(self, session: Session) -> tuple[_Plan, DBAPICursor]:
        connection = _connection(session)
        plan = self._plans.get(connection.dialect.name) or self._prepare(connection.dialect)
        return plan, connection.connection.cursor()

    def _prepare(self, dialect: Dialect) -> _Plan:
        statement = self._statement(dialect.name) if callable(self._statement) else self._statement
        compiled = statement.compile(dialect=dialect)
        if not isinstance(compiled, SQLCompiler):
            raise TypeError("not a statement with values")
        binds = {name: _turn(bind.type, dialect, is_result=False) for name, bind in compiled.binds.items()}
        given = {name for name, bind in compiled.binds.items() if bind.required}
        constants = {}
        for name, bind in compiled.binds.items():
            if name not in given:
                turn = binds[name]
                constants[name] = bind.value if turn is None else turn(bind.value)
        columns = statement.exported_columns if isinstance(statement, Select) else ()
        results = [_turn(column.type, dialect, is_result=True) for column in columns]
        plan = _Plan(
            sql=str(compiled),
            constants=constants,
            binds=binds,
            order=list(compiled.positiontup) if compiled.positiontup is not None else None,
            results=results if any(results) else None,
        )
        self._plans[dialect.name] = plan
        return plan


def _connection(session: Session) -> Connection:
    """The session's own, asked for once in each of its transactions: that takes as long as a small statement."""
    connection: Connection | None
    transaction, connection = session.info.get("connection", (None, None))
    if connection is None or transaction is not session.get_transaction():
        connection = session.connection()
        session.info["connection"] = session.get_transaction(), connection
    return connection


def _turn(kind: TypeEngine[Any], dialect: Dialect, *, is_result: bool) -> Turn:
    implemented = kind.dialect_impl(dialect)
    return implemented.result_processor(dialect, None) if is_result else implemented.bind_processor(dialect)
