/**
 * A release as the client holds it: a token, and every table as its canonical text.
 *
 * Text rather than rows, because text cannot be changed by whoever reads it: what was verified once
 * stays verified, and each answer gets rows of its own.
 */

import { canonical } from "./canonical.ts";
import { NotIntact, SchemaMismatch } from "./errors.ts";
import { asObject, asText, listOf, mapOf, member, parseJson, type JsonObject } from "./json.ts";
import { compareText } from "./order.ts";

/** The shape of the payload that this client reads. */
export const SCHEMA_VERSION = 1;

/** Bytes that are all of one buffer's own, as the platform's functions want them. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** SHA-256 of bytes, as 32 bytes. */
export type Sha256 = (content: Bytes) => Promise<Uint8Array>;

/** A table: the canonical JSON of its array of rows, SHA-256 of that as 64 hexadecimal digits, how many rows. */
export interface HeldTable {
  readonly text: string;
  readonly digest: string;
  readonly rows: number;
}

/** A verified release. `tables` are in the order of their names; `generatedAt` is RFC 3339, in UTC. */
export interface Release {
  readonly token: string;
  readonly generatedAt: string;
  readonly tables: ReadonlyMap<string, HeldTable>;
}

/** Decode a payload. Throws SchemaMismatch, whatever else it holds, and NotIntact. */
export function readPayload(text: string): JsonObject {
  const payload = asObject(parseJson(text), "the payload");
  const found = member(payload, "schemaVersion");
  if (typeof found !== "number" || !Number.isSafeInteger(found)) {
    throw new NotIntact("the payload has no schemaVersion");
  }
  if (found !== SCHEMA_VERSION) throw new SchemaMismatch(found, SCHEMA_VERSION);
  return payload;
}

/** Write a table's rows canonically, with their digest. Throws NotIntact. */
export async function heldTable(rows: readonly unknown[], sha256: Sha256): Promise<HeldTable> {
  const text = canonical(rows);
  return { text, digest: await digestOf(text, sha256), rows: rows.length };
}

/** SHA-256 of text in UTF-8, as 64 hexadecimal digits. */
export async function digestOf(text: string, sha256: Sha256): Promise<string> {
  const digest = await sha256(new TextEncoder().encode(text));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Return the release, its tables in order, if its token's digest is that of its tables; else throw
 * NotIntact. So a difference that says nothing of a table which has changed is found out too.
 */
export async function checked(release: Release, sha256: Sha256): Promise<Release> {
  const tables = new Map([...release.tables].sort(([a], [b]) => compareText(a, b)));
  const digest = await digestOf(objectOf(tables, (table) => table.text), sha256);
  if (release.token.slice(release.token.lastIndexOf("-") + 1) !== digest.slice(0, 16)) {
    throw new NotIntact("the tables together are not what their token says");
  }
  return { ...release, tables };
}

/**
 * Read and verify the text of /bootstrap: each table must be what `digests` says.
 *
 * Throws SchemaMismatch and NotIntact.
 */
export async function parseBootstrap(text: string, sha256: Sha256): Promise<Release> {
  const payload = readPayload(text);
  const token = asText(member(payload, "referenceVersion"), "referenceVersion");
  const generatedAt = asText(member(payload, "generatedAt"), "generatedAt");
  const digests = mapOf(asText)(member(payload, "digests"), "digests");
  const rows = mapOf(listOf(asObject))(member(payload, "tables"), "tables");
  const tables = new Map<string, HeldTable>();
  for (const [name, found] of rows) {
    const table = await heldTable(found, sha256);
    if (digests.get(name) !== table.digest) throw new NotIntact(`${name} is not what its digest says`);
    tables.set(name, table);
  }
  if (digests.size !== tables.size) throw new NotIntact("the digests are not those of the tables");
  return checked({ token, generatedAt, tables }, sha256);
}

/** Write a release as /bootstrap would; `parseBootstrap` reads it back. */
export function bootstrapText(release: Release): string {
  const digests = objectOf(release.tables, (table) => canonical(table.digest));
  const tables = objectOf(release.tables, (table) => table.text);
  const [generatedAt, token] = [canonical(release.generatedAt), canonical(release.token)];
  return (
    `{"digests":${digests},"generatedAt":${generatedAt},"referenceVersion":${token},` +
    `"schemaVersion":${SCHEMA_VERSION},"tables":${tables}}`
  );
}

function objectOf<Value>(members: ReadonlyMap<string, Value>, write: (value: Value) => string): string {
  return `{${[...members].map(([name, value]) => `${canonical(name)}:${write(value)}`).join(",")}}`;
}
