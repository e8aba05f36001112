/**
 * Applying the body of /changes to a held release.
 *
 * Tables that the body does not name are the text that was verified before; that it names every
 * table which has changed is seen by the token's digest, which is of all tables.
 */

import { canonical } from "./canonical.ts";
import { NotIntact } from "./errors.ts";
import { asList, asObject, asText, listOf, mapOf, member, parseJson } from "./json.ts";
import type { JsonObject, Reader } from "./json.ts";
import { sortedRows } from "./order.ts";
import { checked, heldTable, readPayload } from "./release.ts";
import type { HeldTable, Release, Sha256 } from "./release.ts";

interface TableChange {
  readonly key: readonly string[];
  readonly order: readonly string[];
  readonly digest: string;
  readonly upserts: readonly JsonObject[];
  /** The canonical keys of rows that are not there any more, or not under that key. */
  readonly gone: readonly string[];
}

const tableChange: Reader<TableChange | null> = (value, what) => {
  if (value === null) return null;
  const change = asObject(value, what);
  function part<Value>(name: string, read: Reader<Value>, absent?: unknown): Value {
    return read(member(change, name) ?? absent, `${what}.${name}`);
  }
  const renames = part("renames", listOf(asObject), []);
  const gone = [...part("removals", listOf(asList), []), ...renames.map((one) => asList(member(one, "from"), what))];
  return {
    key: part("key", listOf(asText)),
    order: part("order", listOf(asText)),
    digest: part("digest", asText),
    upserts: part("upserts", listOf(asObject), []),
    gone: gone.map((key) => canonical(key)),
  };
};

/**
 * Return the release that the changes lead to; `held` itself if nothing has changed.
 *
 * Throws SchemaMismatch, and NotIntact if they do not fit `held` or do not lead to what their
 * digests say: then only a whole bootstrap helps.
 */
export async function applyChanges(held: Release, text: string, sha256: Sha256): Promise<Release> {
  const payload = readPayload(text);
  const mode = asText(member(payload, "mode"), "mode");
  const token = asText(member(payload, "to"), "to");
  if (mode !== "full" && member(payload, "from") !== held.token) {
    throw new NotIntact(`the changes do not begin at ${held.token}`);
  }
  if (mode === "none" && token === held.token) return held;
  if (mode !== "full" && mode !== "delta") throw new NotIntact(`${mode} does not lead to ${token}`);
  const generatedAt = asText(member(payload, "generatedAt"), "generatedAt");
  const changes = mapOf(tableChange)(member(payload, "tables") ?? {}, "tables");
  const before = mode === "full" ? new Map<string, HeldTable>() : held.tables;
  return checked({ token, generatedAt, tables: await changedTables(before, changes, sha256) }, sha256);
}

async function changedTables(
  before: ReadonlyMap<string, HeldTable>,
  changes: ReadonlyMap<string, TableChange | null>,
  sha256: Sha256,
): Promise<Map<string, HeldTable>> {
  const tables = new Map(before);
  for (const [name, change] of changes) {
    tables.delete(name);
    if (change === null) continue;
    const rows = edited(before.get(name)?.text ?? "[]", change);
    const table = await heldTable(sortedRows(rows, change.order), sha256);
    if (table.digest !== change.digest) throw new NotIntact(`${name} is not what its digest says`);
    tables.set(name, table);
  }
  return tables;
}

/** Drop, then put: so two rows may swap their keys. */
function edited(before: string, change: TableChange): Iterable<JsonObject> {
  const rows = new Map<string, JsonObject>();
  const put = (row: JsonObject) => rows.set(keyOf(row, change.key), row);
  listOf(asObject)(parseJson(before), "rows").forEach(put);
  for (const key of change.gone) rows.delete(key);
  change.upserts.forEach(put);
  return rows.values();
}

/** A row's key as text: so 1, "1" and true are three keys. */
function keyOf(row: JsonObject, key: readonly string[]): string {
  const values = key.map((name) => member(row, name));
  if (values.includes(undefined)) throw new NotIntact("a row has no such key");
  return canonical(values);
}
