"""Runs PostgreSQL's programs, which refuse to run as root, also when we are root.

An ordinary user runs them as himself. Root runs them in a user namespace that maps root to
another number, so that no user is made and the files stay root's. Where such namespaces are
forbidden, root runs them as `nobody`, who must be able to read the programs and the data.
A user whose number has no name, as in many containers, is mapped to one that has: initdb asks.
"""

import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from wildside.domain.command_errors import ServerFailed

NOBODY = 65534
NAMESPACE = "unshare"

Command = Sequence[str | Path]


@dataclass(frozen=True)
class Privileges:
    """How to run a program: behind a prefix, as another user, or (neither) as we are."""

    prefix: tuple[str, ...] = ()
    uid: int | None = None
    # Outlives a reboot, readable by all, and only its owner may rename what stands in it.
    copies: Path = Path("/var/tmp")  # noqa: S108 (who made a copy is checked before use)

    @property
    def owner(self) -> int:
        """The user who must own the data, as seen from outside a namespace."""
        return os.geteuid() if self.uid is None else self.uid

    def run(self, command: Command) -> tuple[int, str]:
        """Run a program to its end; return its exit code and all it printed."""
        with self.spawn(command, subprocess.PIPE) as process:
            output, _ = process.communicate()
        return process.returncode, output.decode(errors="replace")

    def spawn(self, command: Command, output: int) -> subprocess.Popen[bytes]:
        """Start a program, in its own session: Ctrl-C in the terminal must reach only us."""
        return subprocess.Popen(
            [*self.prefix, *command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",  # ours may be a folder that the other user cannot enter
            env=_environment(),
            user=self.uid,
            group=self.uid,
            extra_groups=None if self.uid is None else (),
            umask=0o077,
            start_new_session=True,
        )

    def give(self, folder: Path) -> None:
        """Hand a folder and all in it to its owner-to-be. Only root can, and only root must."""
        holder = folder.lstat().st_uid
        if os.geteuid() != 0 or holder == self.owner:
            return
        if holder not in {0, NOBODY}:
            raise ServerFailed(
                f"{folder} belongs to the user with the number {holder}: "
                "run as that user, or choose another --data-dir"
            )
        # From the leaves up, the folder itself last: what is interrupted starts again.
        for _, folders, files, here in os.fwalk(folder, topdown=False):
            for name in (*folders, *files):
                os.chown(name, self.owner, self.owner, dir_fd=here, follow_symlinks=False)
        os.chown(folder, self.owner, self.owner, follow_symlinks=False)

    def must_enter(self, folder: Path) -> None:
        """Refuse a folder that the programs could not enter, naming the parent that bars it."""
        if os.geteuid() != 0 or self._may("-x", folder):
            return
        way = (*reversed(folder.parents), folder)
        bar = next((place for place in way if not self._may("-x", place)), folder)
        raise ServerFailed(
            f"PostgreSQL does not run as root, and the user who runs it for us cannot enter {bar}: "
            "choose a --data-dir elsewhere, such as under /var/lib"
        )

    def readable(self, bin_dir: Path) -> Path:
        """Give back a folder of the same programs that the other user can run."""
        if self.uid is None or self._runs(bin_dir):
            return bin_dir
        copy = self._copy(bin_dir.resolve())
        if not self._runs(copy):
            raise ServerFailed(f"user {self.uid} cannot run the programs in {bin_dir} nor {copy}")
        return copy

    def _may(self, flag: str, path: Path) -> bool:
        return self.run(["test", flag, path])[0] == 0

    def _runs(self, bin_dir: Path) -> bool:
        try:
            # initdb and not postgres: it is the one that needs a library of its own beside it.
            return self.run([bin_dir / "initdb", "--version"])[0] == 0
        except PermissionError:
            return False

    def _copy(self, bin_dir: Path) -> Path:
        """Copy an installation, once, to where everyone can read it."""
        target = self.copies / f"wildside-postgres-{_fingerprint(bin_dir)}"
        if not target.exists():
            fresh = Path(tempfile.mkdtemp(prefix=f"{target.name}.new-", dir=self.copies))
            try:
                _copy_installation(bin_dir, fresh)
                fresh.rename(target)
            except OSError:
                # Another process may have been quicker; its copy is as good.
                if not target.exists():
                    raise
            finally:
                shutil.rmtree(fresh, ignore_errors=True)
        _must_be_ours(target)
        return target / bin_dir.relative_to("/")


def choose_privileges() -> Privileges:
    """Find the way that works on this machine."""
    if os.geteuid() != 0 and _name(os.geteuid()) is not None:
        return Privileges()
    mapped = in_namespace()
    if shutil.which(NAMESPACE) is not None and mapped.run(["true"])[0] == 0:
        return mapped
    if os.geteuid() == 0:
        return Privileges(uid=NOBODY)
    raise ServerFailed(
        f"your user number {os.geteuid()} has no name on this system, which initdb needs: "
        "run as a user that /etc/passwd lists, or use a server of your own with --database-url"
    )


def in_namespace() -> Privileges:
    """Map us to a user that has a name, in a namespace that needs no right to enter."""
    named = next((user.pw_uid for user in pwd.getpwall() if user.pw_uid != 0), NOBODY)
    return Privileges(prefix=(NAMESPACE, "--user", f"--map-user={named}", f"--map-group={named}"))


def _name(uid: int) -> str | None:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return None


def _environment() -> dict[str, str]:
    # PG* would change what the programs do; another language, what they say. On macOS
    # the server even refuses to start without a valid LC_ALL.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {"LC_ALL": "C"}


def _fingerprint(bin_dir: Path) -> str:
    # The size and time tell an upgrade in place, which keeps the path.
    postgres = (bin_dir / "postgres").stat()
    source = f"{bin_dir} {postgres.st_size} {postgres.st_mtime_ns}"
    return hashlib.sha256(source.encode()).hexdigest()[:12]


def _copy_installation(bin_dir: Path, target: Path) -> None:
    # The whole path is kept below the target: programs find their libraries and time zones
    # by relative paths, and wheels keep libraries outside the installation.
    for part in _parts(bin_dir):
        shutil.copytree(part, target / part.relative_to("/"), symlinks=True)
    for folder, folders, files in os.walk(target):
        for path in (Path(folder, name) for name in (*folders, *files)):
            if not path.is_symlink():
                path.chmod((path.stat().st_mode | 0o444 | _execute(path)) & 0o755)
    target.chmod(0o755)


def _execute(path: Path) -> int:
    return 0o111 if path.is_dir() or path.stat().st_mode & 0o100 else 0


def _parts(bin_dir: Path) -> Iterator[Path]:
    prefix = bin_dir.parent
    package = prefix.parent
    # Never the whole prefix: that of /root/bin would publish root's home.
    wanted = [bin_dir, prefix / "lib", prefix / "share"]
    # Where auditwheel (Linux) and delocate (macOS) put a wheel's libraries.
    wanted += [Path(f"{package}.libs"), package / ".dylibs"]
    yield from (part for part in wanted if part.is_dir())


def _must_be_ours(copy: Path) -> None:
    # Anyone may write in /var/tmp, and the name can be guessed.
    found = copy.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o022:
        raise ServerFailed(f"{copy} was made by someone else: remove it")
