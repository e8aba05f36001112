"""The tables as SQLAlchemy maps them; what the database checks is not said twice."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, FetchedValue, ForeignKey, LargeBinary, MetaData, SmallInteger
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    type_annotation_map = {datetime: DateTime(timezone=True), dict[str, Any]: JSONB, bytes: LargeBinary}  # noqa: RUF012


class User(Base):
    __tablename__ = "users"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    display_name: Mapped[str]
    created_at: Mapped[datetime]


class InterestTheme(Base):
    __tablename__ = "user_interest_themes"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_preferences.user_id"), primary_key=True)
    interest_theme: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]


class SafetyToggle(Base):
    __tablename__ = "user_safety_toggles"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_preferences.user_id"), primary_key=True)
    safety_toggle: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]


class Preferences(Base):
    __tablename__ = "user_preferences"

    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    unit_system: Mapped[str]
    revision: Mapped[int]
    updated_at: Mapped[datetime]
    themes: Mapped[list[InterestTheme]] = relationship(
        order_by=InterestTheme.position, lazy="raise", viewonly=True
    )
    toggles: Mapped[list[SafetyToggle]] = relationship(
        order_by=SafetyToggle.position, lazy="raise", viewonly=True
    )

    @property
    def interest_theme_ids(self) -> list[str]:
        return [each.interest_theme for each in self.themes]

    @property
    def safety_toggle_ids(self) -> list[str]:
        return [each.safety_toggle for each in self.toggles]


class Route(Base):
    __tablename__ = "routes"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID | None]


class Note(Base):
    __tablename__ = "route_notes"
    __mapper_args__ = {"eager_defaults": True}  # noqa: RUF012

    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    route_id: Mapped[UUID]
    poi_id: Mapped[UUID | None]
    body: Mapped[str]
    revision: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    updated_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())


class IdempotencyKey(Base):
    __tablename__ = "idempotency_keys"
    __mapper_args__ = {"eager_defaults": False}  # noqa: RUF012

    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    mutation: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[UUID] = mapped_column(primary_key=True)
    request_hash: Mapped[bytes]
    status_code: Mapped[int] = mapped_column(SmallInteger)
    headers: Mapped[dict[str, Any]]
    response: Mapped[bytes]
    expires_at: Mapped[datetime]


reference = MetaData()
"""The reference tables, which are read from the database at start."""
