from pathlib import Path

import pytest

from wildside.client import (
    ClientConfig,
    ConfigInvalid,
    LocalProvider,
    NoSnapshot,
    RemoteProvider,
    SchemaMismatch,
    SnapshotInvalid,
    create_reference_provider,
    load_snapshot,
)

from .backend import TAGS, bootstrap

URL = {"WILDSIDE_URL": "https://walks.example/base/"}


@pytest.mark.parametrize("flag", ["1", "true", "on", "yes", "TRUE", " On "])
def test_on(flag: str) -> None:
    config = ClientConfig.from_environment({"USE_BACKEND_REFERENCE": flag, **URL})
    assert config.use_backend
    assert isinstance(create_reference_provider(config), RemoteProvider)


@pytest.mark.parametrize("flag", [None, "", "0", "false", "off", "no", "Off"])
def test_off_is_the_default(flag: str | None) -> None:
    environ = {} if flag is None else {"USE_BACKEND_REFERENCE": flag}
    config = ClientConfig.from_environment({**environ, **URL})
    assert not config.use_backend
    assert isinstance(create_reference_provider(config), LocalProvider)


@pytest.mark.parametrize("flag", ["2", "ja", "y", "enabled", "01", "true false"])
def test_anything_else_is_an_error(flag: str) -> None:
    with pytest.raises(ConfigInvalid, match="USE_BACKEND_REFERENCE must be one of 1, 0, true, false"):
        ClientConfig.from_environment({"USE_BACKEND_REFERENCE": flag})


def test_every_wrong_setting_is_listed(tmp_path: Path) -> None:
    environ = {
        "USE_BACKEND_REFERENCE": "perhaps",
        "WILDSIDE_URL": "ftp://me:secret@host",
        "WILDSIDE_CACHE": str(tmp_path),
    }
    with pytest.raises(ConfigInvalid) as raised:
        ClientConfig.from_environment(environ)
    named = [problem.split()[0] for problem in raised.value.problems]
    assert named == ["USE_BACKEND_REFERENCE", "WILDSIDE_URL", "WILDSIDE_CACHE"]
    assert "secret" not in str(raised.value)


def test_on_needs_a_url() -> None:
    with pytest.raises(ConfigInvalid, match="WILDSIDE_URL must say where"):
        ClientConfig.from_environment({"USE_BACKEND_REFERENCE": "on"})


@pytest.mark.parametrize(
    "url",
    [
        "walks.example", "http://", "http://a:b@host", "http://host?x=1", "http://host#x", "http://host:x",
        "http://host:99999", "http://host:0", "http://ho st", "http://[::1", "file:///etc", "http://hôte",
        "http://host\r\nX: y",
    ],
)  # fmt: skip
def test_a_wrong_url_is_an_error(url: str) -> None:
    with pytest.raises(ConfigInvalid, match="WILDSIDE_URL must be"):
        ClientConfig(url=url)


@pytest.mark.parametrize("setting", [{"timeout": 0}, {"timeout": float("nan")}, {"max_age": -1}])
def test_wrong_numbers_are_errors(setting: dict[str, float]) -> None:
    with pytest.raises(ConfigInvalid):
        ClientConfig(**setting)  # type: ignore[arg-type]


async def test_no_snapshot_is_a_clear_error(tmp_path: Path) -> None:
    provider = create_reference_provider(ClientConfig(snapshot=tmp_path / "snapshot.json"))
    with pytest.raises(NoSnapshot, match=r"no snapshot of the reference data at .*snapshot\.json"):
        await provider.get_bootstrap()


def test_a_damaged_snapshot_is_a_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "snapshot.json"
    path.write_bytes(bootstrap(TAGS, "t").replace(b"coffee", b"coffin"))
    with pytest.raises(SnapshotInvalid, match="tags"):
        load_snapshot(path)
    path.write_bytes(bootstrap(TAGS, "t")[:-3])
    with pytest.raises(SnapshotInvalid):
        load_snapshot(path)


def test_a_snapshot_of_another_schema_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "snapshot.json"
    path.write_bytes(bootstrap(TAGS, "t", schema=2))
    with pytest.raises(SchemaMismatch, match="schemaVersion 2"):
        load_snapshot(path)
