"""What every edit store does, on dicts and on PostgreSQL."""

from tests.stores.contract import Backend, kind, stored


async def test_columns_of_one_row_get_new_values_whoever_owns_it(backend: Backend) -> None:
    await backend.given("kinds", kind("a"), kind("b"))
    await backend.edit("kinds", stored(kind("a"), source_type="admin"))
    before = await backend.number()
    async with backend.database.transaction() as stores:
        await stores.editing.revise("kinds", ("a",), {"sort_order": 7, "notes": {"x": 1}})
    changed = stored(kind("a", 7, notes={"x": 1}), source_type="admin")
    assert await backend.stored("kinds") == [changed, stored(kind("b"))]
    assert await backend.number() == before + 1


async def test_the_same_values_make_no_version(backend: Backend) -> None:
    await backend.given("kinds", kind("a"))
    before = await backend.number()
    async with backend.database.transaction() as stores:
        await stores.editing.revise("kinds", ("a",), {"sort_order": 1})
        await stores.editing.revise("kinds", ("nobody",), {"sort_order": 2})
    assert await backend.number() == before
