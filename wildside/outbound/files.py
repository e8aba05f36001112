"""Reference data on disk: a manifest, one JSON file a table, and the renames."""

import hashlib
import json
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec

from wildside.domain.command_errors import SourceInvalid
from wildside.domain.source import Manifest, Pairs, Problem, Source, SourceFile, parse_renames

MANIFEST = "manifest.toml"


def read_source(folder: Path) -> Source:
    """Read a folder of reference data. What is wrong with single files is collected in the source.

    Raises SourceInvalid when there is no manifest to say what the files are.
    """
    manifest_bytes = _read_manifest(folder)
    manifest = _parse_manifest(manifest_bytes)
    digest = hashlib.sha256(manifest_bytes)
    problems: list[Problem] = []
    files = {}
    for table in manifest.order:
        rows = _read_rows(folder / f"{table}.json", digest, problems)
        if rows is not None:
            files[table] = SourceFile(f"{table}.json", rows)
    renames = folder / manifest.renames
    declared, wrong = parse_renames(
        manifest.renames, (_read_rows(renames, digest, problems) or []) if renames.exists() else []
    )
    return Source(manifest, files, declared, digest.hexdigest(), [*problems, *wrong])


def _read_manifest(folder: Path) -> bytes:
    try:
        return (folder / MANIFEST).read_bytes()
    except OSError as error:
        problem = Problem(MANIFEST, 0, "", "unreadable", f"{folder / MANIFEST}: {error.strerror}")
        raise SourceInvalid("the source is invalid", [str(problem)]) from error


def _parse_manifest(content: bytes) -> Manifest:
    try:
        return msgspec.convert(tomllib.loads(content.decode()), Manifest)
    except (ValueError, msgspec.ValidationError) as error:
        problem = Problem(MANIFEST, 0, "", "invalid_manifest", str(error))
        raise SourceInvalid("the source is invalid", [str(problem)]) from error


def _read_rows(path: Path, digest: "hashlib._Hash", problems: list[Problem]) -> list[Any] | None:
    """Return the rows of a file, or None after noting what is wrong with it."""
    try:
        content = path.read_bytes()
    except OSError as error:
        problems.append(
            Problem(path.name, 0, "", "unreadable", f"{error.strerror}; nothing is deprecated for it")
        )
        return None
    digest.update(f"{path.name}:{len(content)}:".encode() + content)
    try:
        rows = json.loads(content.decode(), object_pairs_hook=_pairs, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        problems.append(Problem(path.name, 0, "", "invalid_json", str(error)))
        return None
    if isinstance(rows, list):
        return rows
    problems.append(Problem(path.name, 0, "", "wrong_type", "the file holds no array of rows"))
    return None


def _pairs(members: list[tuple[str, Any]]) -> dict[str, Any] | Pairs:
    value = dict(members)
    if len(value) == len(members):
        return value
    counts = Counter(name for name, _ in members)
    return Pairs(value, tuple(name for name, count in counts.items() if count > 1))


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
