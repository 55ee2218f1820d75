"""Many rows in one call, and small questions, at the driver's own speed.

SQLAlchemy's own `executemany` spends most of its time on a dictionary for each row. Here a Core
statement is compiled once, so that the SQL stays portable, and rows go to the driver as tuples.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection
    from sqlalchemy.sql.dml import UpdateBase


# SQLite takes 32,766 values in one statement.
_ROWS = 500


@lru_cache(maxsize=64)
def _compiled(statement: UpdateBase, dialect_name: str, names: tuple[str, ...]) -> str:
    from sqlalchemy.dialects import registry

    compiled = statement.compile(dialect=registry.load(dialect_name)(), column_keys=list(names))
    order = tuple(getattr(compiled, "positiontup", None) or names)
    if order != names:
        raise ValueError(f"the statement takes {order}, not {names}")
    return str(compiled)


def execute_many(
    connection: Connection,
    statement: UpdateBase,
    names: tuple[str, ...],
    rows: Sequence[tuple[Any, ...]],
) -> None:
    """Run `statement` once for each of `rows`.

    Args:
        connection: a writing transaction.
        statement: a Core insert, or an update with bound parameters; a constant of a module, so
            that it is compiled once.
        names: the parameters in the order of the statement's placeholders.
        rows: one tuple of values for each run, in the order of `names`.

    Raises:
        ValueError: `names` is not the order of the placeholders.
    """
    if rows:
        sql = _compiled(statement, connection.dialect.name, names)
        connection.exec_driver_sql(sql, list(rows))


def ask(connection: Connection, sql: str, values: Mapping[str, Any]) -> Sequence[Any]:
    """The rows that plain SQL with `:name` placeholders finds, as tuples.

    Around a question that SQLite answers in ten microseconds SQLAlchemy takes eighty.
    """
    cursor = connection.connection.cursor()
    try:
        cursor.execute(sql, values)
        return cursor.fetchall()
    finally:
        cursor.close()


def run_many(connection: Connection, sql: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Run plain SQL with `?` placeholders once for each of `rows`; nothing without rows."""
    if rows:
        connection.exec_driver_sql(sql, list(rows))


def run_over(connection: Connection, sql: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Run plain SQL once over many of `rows`; nothing without rows.

    The driver lets go of the interpreter at each step of a statement. One that takes hundreds of
    rows in a step does its work beside the threads that read files; one for each row fights with
    them over the interpreter, which made reading 100,000 files a third slower.

    Args:
        connection: a writing transaction.
        sql: with `{rows}` in the place of a table whose columns are `column1`, `column2` and so on.
        rows: of equal length, at most 60 values each.
    """
    for at in range(0, len(rows), _ROWS):
        part = rows[at : at + _ROWS]
        marks = f"({','.join('?' * len(part[0]))})"
        values = f"(VALUES {','.join([marks] * len(part))})"
        connection.exec_driver_sql(sql.replace("{rows}", values), tuple(chain.from_iterable(part)))
