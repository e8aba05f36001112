/** The order of text and of rows, as the backend has it. */

import { NotIntact } from "./errors.ts";
import { member, type JsonObject } from "./json.ts";

/**
 * Compare by code point. `<` compares UTF-16 units, in which every emoji comes before U+E000 to
 * U+FFFF, for its surrogates do.
 */
export function compareText(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  for (let at = 0; at < shorter; at++) {
    const one = a.charCodeAt(at);
    const other = b.charCodeAt(at);
    if (one !== other) return rank(one) - rank(other);
  }
  return a.length - b.length;
}

/** Lift the surrogates above the rest of the units, and keep both in their own order. */
function rank(unit: number): number {
  return unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

/**
 * Sort rows by these members, each ascending: text by code point, numbers by size, false before
 * true, null or nothing last. Rows that are equal in all of them stay as they came. Throws
 * NotIntact for values that have no order.
 */
export function sortedRows<Row extends JsonObject>(rows: Iterable<Row>, order: readonly string[]): Row[] {
  return [...rows].sort((a, b) => {
    for (const name of order) {
      const found = compareValues(member(a, name) ?? null, member(b, name) ?? null);
      if (found !== 0) return found;
    }
    return 0;
  });
}

function compareValues(a: unknown, b: unknown): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  if (typeof a === "string" && typeof b === "string") return compareText(a, b);
  if (typeof a === "number" && typeof b === "number") return a < b ? -1 : Number(a > b);
  if (typeof a === "boolean" && typeof b === "boolean") return Number(a) - Number(b);
  throw new NotIntact(`${typeof a} and ${typeof b} have no order`);
}
