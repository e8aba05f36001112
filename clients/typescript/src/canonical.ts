/**
 * JSON as the backend writes it: equal values are equal text.
 *
 * Not representable: whole numbers from 2^53 on. JavaScript reads 2^53 and 2^53 + 1 as the same
 * number, and 10^17 and 1e17 too, which the backend writes differently. They are written as the
 * backend writes floats; a table that holds such integers does not agree with its digest.
 */

import { NotIntact } from "./errors.ts";
import type { JsonObject } from "./json.ts";
import { compareText } from "./order.ts";

/** Deeper than any row of ours, and shallower than any engine's stack. */
const DEEPEST = 200;

/** A surrogate without its other half: with `u`, a class matches whole code points only. */
const HALF = /[\ud800-\udfff]/u;

/**
 * Write a JSON value: members sorted by code point, no spaces, whole numbers without a point.
 *
 * Throws NotIntact for what is no Unicode, no finite number, or nested too deeply.
 */
export function canonical(value: unknown, depth = 0): string {
  if (depth > DEEPEST) throw new NotIntact("the rows are nested too deeply");
  if (typeof value === "string") return textOf(value);
  if (typeof value === "number") return numberOf(value);
  if (value === null || typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item, depth + 1)).join(",")}]`;
  if (typeof value === "object") return objectOf(value as JsonObject, depth);
  throw new NotIntact(`${typeof value} is no JSON`);
}

function objectOf(value: JsonObject, depth: number): string {
  const names = Object.keys(value).sort(compareText);
  return `{${names.map((name) => `${textOf(name)}:${canonical(value[name], depth + 1)}`).join(",")}}`;
}

function textOf(value: string): string {
  if (HALF.test(value)) throw new NotIntact("a text is no Unicode: it holds half a surrogate pair");
  return JSON.stringify(value);
}

/** JavaScript finds the same shortest digits as the backend, but begins exponents elsewhere. */
function numberOf(value: number): string {
  if (!Number.isFinite(value)) throw new NotIntact(`${value} is no JSON`);
  if (Number.isSafeInteger(value)) return String(value);
  const [mantissa = "", exponent = ""] = value.toExponential().split("e");
  const power = Number(exponent);
  if (power < -5 || power > 15) return `${mantissa}e${power}`;
  return Number.isInteger(value) ? `${value}.0` : String(value);
}
