/** What a provider answers with. */

import { SCHEMA_VERSION, type HeldTable, type Release } from "./release.ts";

/** A JSON value. Numbers are exact below 2^53. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** A row as JSON: member name → value, members spelled in camelCase. */
export type Row = { [name: string]: Json };

/**
 * network: the backend sent or confirmed it just now; memory: it did so earlier, to this process;
 * disk: it did so to an earlier process; packaged: it came with the app.
 */
export type Source = "network" | "memory" | "disk" | "packaged";

/** A value, and how much it may be trusted to be the newest. */
export interface Answer<Value> {
  readonly value: Value;
  readonly source: Source;
  /** The token of the release that the value comes from. Compare it for equality only. */
  readonly version: string;
  /**
   * Seconds since the backend last said that this is its newest release; null if it never did, as
   * for packaged data.
   */
  readonly age: number | null;
  /** The backend should have been asked and gave no answer. */
  readonly stale: boolean;
}

/** All of a release. `tables` has no prototype: a name is in it if, and only if, there is such a table. */
export interface Bootstrap {
  readonly schemaVersion: number;
  readonly referenceVersion: string;
  /** RFC 3339, in UTC: when this version was made. */
  readonly generatedAt: string;
  readonly tables: { readonly [table: string]: Row[] };
}

/** How many rows a table has, and the SHA-256 of its canonical JSON, 64 hexadecimal digits. */
export interface TableSummary {
  readonly rows: number;
  readonly digest: string;
}

/** Which release it is and what its tables are, without their rows. `tables` has no prototype. */
export interface Version {
  readonly schemaVersion: number;
  readonly referenceVersion: string;
  readonly generatedAt: string;
  readonly tables: { readonly [table: string]: TableSummary };
}

/** Return the same answer with another value. */
export function carrying<Value>(answer: Answer<unknown>, value: Value): Answer<Value> {
  return { ...answer, value };
}

/** Decode a release; the rows belong to whoever asked. */
export function bootstrapOf(release: Release): Bootstrap {
  return { ...aboutOf(release), tables: tablesOf(release, (table) => rowsOf(table.text)) };
}

/** Summarise a release. */
export function versionOf(release: Release): Version {
  return { ...aboutOf(release), tables: tablesOf(release, ({ rows, digest }) => ({ rows, digest })) };
}

/** Decode a verified table's text, anew at each call. */
export function rowsOf(text: string): Row[] {
  return JSON.parse(text) as Row[];
}

function aboutOf(release: Release) {
  const { token, generatedAt } = release;
  return { schemaVersion: SCHEMA_VERSION, referenceVersion: token, generatedAt };
}



function tablesOf<Value>(release: Release, read: (table: HeldTable) => Value): { [table: string]: Value } {
  const tables = Object.create(null) as { [table: string]: Value };
  for (const [name, table] of release.tables) tables[name] = read(table);
  return tables;
}
