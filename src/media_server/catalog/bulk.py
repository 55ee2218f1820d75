"""Many rows in one call, at the driver's own speed.

SQLAlchemy's own `executemany` spends most of its time on a dictionary for each row. Here a Core
statement is compiled once, so that the SQL stays portable, and rows go to the driver as tuples.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection
    from sqlalchemy.sql.dml import UpdateBase


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


def run_many(connection: Connection, sql: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Run plain SQL with `?` placeholders once for each of `rows`; nothing without rows."""
    if rows:
        connection.exec_driver_sql(sql, list(rows))
