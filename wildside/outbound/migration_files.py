"""Migration files in."""

from pathlib import Path

from wildside.domain.command_errors import MigrationsInvalid
from wildside.domain.migration_files import ROLLBACK, Migration, MigrationFolder, parse_migration


def read_migrations(folder: Path) -> MigrationFolder:
    """Read a folder of migrations. Raises MigrationsInvalid when it is missing, unreadable or empty."""
    try:
        names = sorted(path.name for path in folder.iterdir())
    except OSError as error:
        raise MigrationsInvalid(f"there are no migrations in {folder}: {error.strerror}") from error
    files = {name: _read(folder / name) for name in names if name.endswith(".sql")}
    ids = [name.removesuffix(".sql") for name in files if not name.endswith(ROLLBACK)]
    if not ids:
        raise MigrationsInvalid(f"there are no migrations in {folder}: no file ends in .sql")
    migrations = [parse_migration(one, files[f"{one}.sql"], files.get(f"{one}{ROLLBACK}")) for one in ids]
    orphans = {name for name in files if name.endswith(ROLLBACK)} - {one.rollback_file for one in migrations}
    return MigrationFolder(migrations, [name for name in names if name not in files or name in orphans])


def read_contents(folder: Path) -> tuple[dict[str, bytes], list[str]]:
    """Return the bytes of all SQL files by name, whatever they are, and the names of everything else.

    Raises MigrationsInvalid when the folder is missing, unreadable or without SQL.
    """
    try:
        paths = sorted(folder.iterdir())
        files = {path.name: path.read_bytes() for path in paths if path.suffix == ".sql" and path.is_file()}
    except OSError as error:
        raise MigrationsInvalid(f"there are no migrations in {folder}: {error.strerror}") from error
    if not files:
        raise MigrationsInvalid(f"there are no migrations in {folder}: no file ends in .sql")
    return files, [path.name for path in paths if path.name not in files]


def write_migration(folder: Path, migration: Migration) -> list[Path]:
    """Write a migration and its rollback, both or none, never over another file. Raises MigrationsInvalid."""
    contents = {migration.file: migration.text, migration.rollback_file: migration.rollback or ""}
    written: list[Path] = []
    for name, text in contents.items():
        try:
            with (folder / name).open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
        except OSError as error:
            for path in written:
                path.unlink()
            raise MigrationsInvalid(f"{folder / name}: {error.strerror}") from error
        written.append(folder / name)
    return written


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode().replace("\r\n", "\n")
    except OSError as error:
        raise MigrationsInvalid(f"{path.name}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise MigrationsInvalid(f"{path.name}: byte {error.start + 1} is not UTF-8") from error
