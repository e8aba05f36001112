"""The file for the next process: it may be lost, but never be wrong."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.client.backend import TAGS, bootstrap, dumps, sha256
from tests.client.conftest import PACKAGED_TOKEN, Place
from wildside.client.cache import CacheFile
from wildside.client.release import Release, bootstrap_bytes, parse_bootstrap

URL = "http://host"
RELEASE = parse_bootstrap(bootstrap(TAGS, "epoch.1-0000000000000000"))


@pytest.fixture
def cache(tmp_path: Path) -> CacheFile:
    return CacheFile(tmp_path / "new" / "reference.json", URL)


def forged(body: bytes) -> bytes:
    return b"wildside-reference-cache 1 " + sha256(body).encode() + b"\n" + body


ABOUT = dumps({"url": URL, "verifiedAt": 1.0})
FOREIGN = {
    "another program's": b'{"hello": "world"}',
    "a bare bootstrap": bootstrap(TAGS, "t"),
    "zeros": bytes(4096),
    "no header": forged(b""),
    "a header of another shape": forged(b"[]\n" + bootstrap(TAGS, "t")),
    "another schema": forged(ABOUT + b"\n" + bootstrap(TAGS, "t", schema=2)),
    "rows that are not what their digests say": forged(
        ABOUT + b"\n" + bootstrap(TAGS, "t").replace(b"coffee", b"coffin")
    ),
    "another backend's": forged(
        dumps({"url": "http://other", "verifiedAt": 1.0}) + b"\n" + bootstrap(TAGS, "t")
    ),
}


def test_what_was_saved_is_loaded(cache: CacheFile) -> None:
    assert cache.load() is None
    cache.save(RELEASE, 12.5)
    assert cache.load() == (RELEASE, 12.5)
    assert [file.name for file in cache.path.parent.iterdir()] == ["reference.json"]


def test_a_release_is_written_as_the_backend_sent_it() -> None:
    sent = bootstrap(TAGS, "epoch.1-0000000000000000")
    assert bootstrap_bytes(parse_bootstrap(sent)) == sent


def test_a_file_cut_anywhere_is_no_file(cache: CacheFile) -> None:
    cache.save(RELEASE, 12.5)
    whole = cache.path.read_bytes()
    for length in range(len(whole)):
        cache.path.write_bytes(whole[:length])
        assert cache.load() is None, length
    cache.path.write_bytes(whole + b"x")
    assert cache.load() is None


def test_a_file_with_one_wrong_byte_is_no_file(cache: CacheFile) -> None:
    cache.save(RELEASE, 12.5)
    whole = cache.path.read_bytes()
    for place in range(len(whole)):
        cache.path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert cache.load() is None, place


@pytest.mark.parametrize("content", FOREIGN.values(), ids=FOREIGN)
def test_a_foreign_file_is_no_file(cache: CacheFile, content: bytes) -> None:
    cache.path.parent.mkdir()
    cache.path.write_bytes(content)
    assert cache.load() is None


def test_the_forgery_would_do_if_it_were_right(cache: CacheFile) -> None:
    cache.path.parent.mkdir()
    cache.path.write_bytes(forged(ABOUT + b"\n" + bootstrap(TAGS, RELEASE.token)))
    assert cache.load() == (RELEASE, 1.0)


def test_a_folder_or_a_pipe_is_no_file(tmp_path: Path) -> None:
    assert CacheFile(tmp_path, URL).load() is None
    os.mkfifo(tmp_path / "pipe")
    assert CacheFile(tmp_path / "pipe", URL).load() is None


@pytest.mark.parametrize("length", [0, 1, 40, 200, -1])
async def test_a_damaged_cache_is_a_miss(place: Place, length: int) -> None:
    place.pack()
    await place.provider().get_version()
    place.cache.write_bytes(place.cache.read_bytes()[:length])
    place.offline()
    answer = await place.provider().get_version()
    assert (answer.source, answer.version) == ("packaged", PACKAGED_TOKEN)
    place.backend.status = 200
    place.backend.asked.clear()
    assert (await place.provider().get_version()).source == "network"
    assert place.backend.asked == ["bootstrap"]
    place.offline()
    assert (await place.provider().get_version()).source == "disk"


async def test_a_cache_that_cannot_be_written_withholds_no_answer(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    (place.folder / "file").write_bytes(b"")
    provider = place.provider(cache=place.folder / "file" / "reference.json")
    assert (await provider.get_version()).source == "network"
    assert "cannot be cached" in caplog.text


def test_a_failed_write_leaves_the_old_file_and_nothing_else(
    cache: CacheFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.save(RELEASE, 1.0)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        cache.save(Release("new", "", {}), 2.0)
    assert cache.load() == (RELEASE, 1.0)
    assert len(list(cache.path.parent.iterdir())) == 1


KILLED = """
import os, signal, sys
from pathlib import Path
from wildside.client.cache import CacheFile
from wildside.client.release import Release
os.{call} = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
Path.replace = os.{call} if "{call}" == "replace" else Path.replace
CacheFile(Path(sys.argv[1]), sys.argv[2]).save(Release("new", "", {{}}), 2.0)
"""


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_process_killed_while_writing_leaves_the_old_file(cache: CacheFile, call: str) -> None:
    cache.save(RELEASE, 1.0)
    command = [sys.executable, "-c", KILLED.format(call=call), str(cache.path), URL]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    left = [file for file in cache.path.parent.iterdir() if file != cache.path]
    assert len(left) == 1
    assert cache.load() == (RELEASE, 1.0)

    cache.save(RELEASE, 2.0)
    assert left[0].exists()  # it might be another's at work
    hours_ago = time.time() - 7200
    os.utime(left[0], (hours_ago, hours_ago))
    cache.save(RELEASE, 3.0)
    assert list(cache.path.parent.iterdir()) == [cache.path]
