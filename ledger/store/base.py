"""The declarative base, naming convention and column types of all tables."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from typing import Any, ClassVar, cast

from sqlalchemy import DateTime, Dialect, Enum, MetaData, String, Table, Text, TypeDecorator
from sqlalchemy.orm import DeclarativeBase

from ledger.domain.dates import PartialDate


class UTCDateTime(TypeDecorator[datetime]):
    """An instant in UTC. Raises ValueError for naive values; values that are read are aware, in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime has no place in the record: give it a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class PartialDateType(TypeDecorator[PartialDate]):
    """A partial date, stored as ISO text ("2016-10"), so that it sorts by its start.

    It also accepts the text, as entries of the journal contain it. Raises ValueError for other text.
    """

    impl = String(10)
    cache_ok = True

    def process_bind_param(self, value: PartialDate | str | None, dialect: Dialect) -> str | None:
        return None if value is None else str(PartialDate.parse(value) if isinstance(value, str) else value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> PartialDate | None:
        return None if value is None else PartialDate.parse(value)


class JSONTuple(TypeDecorator[tuple[Any, ...]]):
    """A short list of plain values, stored as JSON text. It is only read as a whole, never searched."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[Any, ...] | None, dialect: Dialect) -> str | None:
        return None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[Any, ...] | None:
        return None if value is None else tuple(json.loads(value))


def enum_column(kind: type[StrEnum]) -> Enum:
    """A column type for an enum's values (not names), with a check constraint, the same on both databases.

    It also accepts the plain word, as entries of the journal contain it.
    """
    return Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        values_callable=lambda members: [member.value for member in members],
        length=24,
        name=kind.__name__.lower(),
    )


class Base(DeclarativeBase):
    """The base class of all tables."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: UTCDateTime, PartialDate: PartialDateType}

    @classmethod
    def table(cls) -> Table:
        """The Core table, for statements that bypass the session's identity map."""
        return cast(Table, cls.__table__)


def values_for(kind: type, row: Base) -> dict[str, Any]:
    """The values of a row in all columns that have the name of a field of the dataclass `kind`."""
    return {name: getattr(row, name) for name in _shared(kind, row.table())}


@cache
def _shared(kind: Any, table: Table) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind) if field.name in table.c)


class Projected(Base):
    """The base class of projected tables, which follow from the journal alone. Only projection writes them."""

    __abstract__ = True
