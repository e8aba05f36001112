"""Bodies of a reference release, as types. Rows are as the database's catalogue has their tables."""

from typing import Annotated, Any, Literal, TypedDict

from msgspec import Meta

from wildside.domain.shapes import Digest, Moment, Token

Counted = Annotated[int, Meta(ge=0)]
KeyJson = Annotated[list[Any], Meta(min_length=1, description="The values of a row's key.")]
RowJson = Annotated[
    dict[str, Any], Meta(description="A row: members in camelCase, localised texts by locale.")
]


class WrapperJson(TypedDict):
    """What every body of a release begins with."""

    schemaVersion: Annotated[int, Meta(ge=1)]
    referenceVersion: Token
    generatedAt: Moment


class TableSummaryJson(TypedDict):
    """A table of a release, without its rows; `version` is the one that last changed it."""

    version: Annotated[int, Meta(ge=1)]
    lastUpdated: Moment
    rows: Counted
    digest: Digest


class ReleaseSummaryJson(WrapperJson):
    """A release, without its rows."""

    tables: dict[str, TableSummaryJson]


class ReleaseJson(WrapperJson):
    """A release, or a table of it: table → active rows in their order."""

    digests: dict[str, Digest]
    tables: dict[str, list[RowJson]]


RenameJson = TypedDict("RenameJson", {"from": KeyJson, "to": KeyJson})


class TableChangesJson(TypedDict):
    """What changed of a table: drop `removals` and old names, put `upserts` by `key`, sort by `order`."""

    key: list[str]
    order: list[str]
    upserts: list[RowJson]
    removals: list[KeyJson]
    renames: list[RenameJson]
    digest: Digest


_Way = TypedDict("_Way", {"from": Token, "to": Token})


class ChangesJson(_Way):
    """What a client lacks; a table that is null is no more."""

    mode: Literal["none", "delta", "full"]
    schemaVersion: Annotated[int, Meta(ge=1)]
    generatedAt: Moment
    order: list[str]
    tables: dict[str, TableChangesJson | None]
