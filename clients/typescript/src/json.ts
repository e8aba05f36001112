/**
 * Reading JSON that somebody else wrote. Members are only ever read as an object's own, so that a
 * table or a member may be called `constructor` or `__proto__`.
 */

import { NotIntact, reasonOf } from "./errors.ts";

/** An object of JSON.parse, whose members may be anything. */
export interface JsonObject {
  readonly [name: string]: unknown;
}

/** Decode UTF-8. Throws NotIntact for what is none; a byte order mark stays, for JSON has none. */
export function decodeUtf8(content: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content);
  } catch (error) {
    throw new NotIntact(`the bytes are not UTF-8: ${reasonOf(error)}`);
  }
}

/** Parse JSON text. Throws NotIntact. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new NotIntact(`the payload cannot be read: ${reasonOf(error)}`);
  }
}

/** Return an object's own member, or undefined. */
export function member(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** Reads one value, or throws NotIntact and calls it by the name `what`. */
export type Reader<Value> = (value: unknown, what: string) => Value;

export const asObject: Reader<JsonObject> = (value, what) => {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw new NotIntact(`${what} is no object`);
};

export const asText: Reader<string> = (value, what) => {
  if (typeof value === "string") return value;
  throw new NotIntact(`${what} is no text`);
};

export const asList: Reader<readonly unknown[]> = (value, what) => {
  if (Array.isArray(value)) return value;
  throw new NotIntact(`${what} is no list`);
};

/** A list whose items `read` reads. */
export function listOf<Value>(read: Reader<Value>): Reader<Value[]> {
  return (value, what) => asList(value, what).map((item) => read(item, what));
}

/** An object's own members as a Map, whose values `read` reads. */
export function mapOf<Value>(read: Reader<Value>): Reader<Map<string, Value>> {
  return (value, what) => {
    const members = Object.entries(asObject(value, what));
    return new Map(members.map(([name, item]) => [name, read(item, `${what}.${name}`)]));
  };
}
