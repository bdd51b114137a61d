"""A column among the values of one parameter: the statement is the same however many there are.

What SQLAlchemy writes for `in_` has a placeholder for each value, so that each length of the list is a
statement of its own, to be compiled, prepared and planned.
"""

from collections.abc import Collection
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeDecorator, TypeEngine

from engine.storage.types import require_storable_values


class ValueList(TypeDecorator[Collection[Any]]):
    """The values of one parameter: an array on PostgreSQL, JSON on SQLite; ids or texts."""

    impl = sa.Text
    cache_ok = True

    def __init__(self, item: TypeEngine[Any]) -> None:
        super().__init__()
        self.item = item

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """How the database takes them."""
        return ARRAY(self.item) if dialect.name == "postgresql" else sa.Text()

    def bind_processor(self, dialect: Dialect) -> Any:
        """How they are handed to the driver, each as its column keeps it."""
        is_array = dialect.name == "postgresql"
        written = str if is_array else self.item.dialect_impl(dialect).bind_processor(dialect)

        def bound(values: Collection[Any]) -> Any:
            listed = [written(one) for one in values] if written else list(values)
            require_storable_values(listed, statement="a list of values")
            return listed if is_array else orjson.dumps(listed).decode()

        return bound


class _Among(sa.ColumnElement[bool]):
    """The condition, which each database says in its own way."""

    inherit_cache = False
    type = sa.Boolean()

    def __init__(self, column: sa.ColumnElement[Any], values: sa.BindParameter[Any]) -> None:
        self.column = column
        self.values = values


def among(column: sa.ColumnElement[Any], name: str) -> sa.ColumnElement[bool]:
    """Whether the column has one of the values of the parameter of that name; for prepared queries."""
    return _Among(column, sa.bindparam(name, type_=ValueList(column.type)))


@compiles(_Among, "postgresql")
def _in_array(element: _Among, compiler: SQLCompiler, **given: Any) -> str:
    return f"{compiler.process(element.column, **given)} = ANY({compiler.process(element.values, **given)})"


@compiles(_Among, "sqlite")
def _in_json(element: _Among, compiler: SQLCompiler, **given: Any) -> str:
    values = compiler.process(element.values, **given)
    return f"{compiler.process(element.column, **given)} IN (SELECT value FROM json_each({values}))"  # noqa: S608 - of names and placeholders
