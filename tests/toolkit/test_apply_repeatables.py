"""`wildside db apply` runs the repeatable files too, in the same go."""

from types import SimpleNamespace

from tests.cli.program import wildside
from tests.sql.support import column, connect, scratch_database


def test_an_apply_brings_the_repeatable_files_along(cluster: SimpleNamespace) -> None:
    with scratch_database(cluster) as url, connect(url) as connection:
        env = {"DATABASE_URL": url}
        first = wildside("db", "apply", env=env)
        assert first.returncode == 0, first.stderr
        assert "running grants.sql" in first.stderr
        assert column(connection, "select name from repeatables") == ["grants"]
        assert wildside("db", "repeatables", "--check", env=env).returncode == 0
        assert "running" not in wildside("db", "apply", env=env).stderr
        connection.execute("update repeatables set digest = repeat('0', 64)")
        assert wildside("db", "repeatables", "--check", env=env).returncode == 1
        assert "running grants.sql" in wildside("db", "apply", env=env).stderr
        assert wildside("db", "repeatables", "--check", env=env).returncode == 0


def test_a_part_of_the_way_runs_none_of_them(cluster: SimpleNamespace) -> None:
    with scratch_database(cluster) as url:
        done = wildside("db", "apply", "--to", "0016.repeatables", env={"DATABASE_URL": url})
        assert (done.returncode, "running" in done.stderr) == (0, False)
