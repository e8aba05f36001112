/**
 * One release as text, for the next process.
 *
 * A line with the digest of all that follows, a line that says whose release it is and when the
 * backend last confirmed it, and then the release as /bootstrap would send it. Anything that is
 * not exactly this is nothing at all: a cache may be lost, but never be wrong.
 */

import { NotIntact, SchemaMismatch } from "./errors.ts";
import { asObject, asText, member, parseJson } from "./json.ts";
import { bootstrapText, digestOf, parseBootstrap, type Release, type Sha256 } from "./release.ts";

/** Where an app keeps one text: a file, a row of IndexedDB, AsyncStorage. */
export interface Cache {
  /** Return the text that was saved last, or null if there is none. A rejection counts as null. */
  load(): Promise<string | null>;
  /** Replace it, as a whole or not at all. A rejection is warned of, and harms no answer. */
  save(text: string): Promise<void>;
}

/** A release, and when the backend confirmed it: seconds since 1970. */
export interface Verified {
  readonly release: Release;
  readonly verifiedAt: number;
}

const MAGIC = "wildside-reference-cache 1 ";

/** Write what `unsealed` reads; `url` is the backend's. */
export async function sealed({ release, verifiedAt }: Verified, url: string, sha256: Sha256): Promise<string> {
  const body = `${JSON.stringify({ url, verifiedAt })}\n${bootstrapText(release)}`;
  return `${MAGIC}${await digestOf(body, sha256)}\n${body}`;
}

/**
 * Read a text that was saved; null for whatever else: a truncated or damaged one, another
 * program's, another backend's, or one of another schema.
 */
export async function unsealed(text: string, url: string, sha256: Sha256): Promise<Verified | null> {
  try {
    return await read(text, url, sha256);
  } catch (error) {
    if (error instanceof NotIntact || error instanceof SchemaMismatch) return null;
    throw error;
  }
}

async function read(text: string, url: string, sha256: Sha256): Promise<Verified | null> {
  const [first, body] = cut(text);
  if (first !== MAGIC + (await digestOf(body, sha256))) return null;
  const [line, payload] = cut(body);
  const about = asObject(parseJson(line), "the cache");
  const verifiedAt = member(about, "verifiedAt");
  if (asText(member(about, "url"), "url") !== url || typeof verifiedAt !== "number") return null;
  return { release: await parseBootstrap(payload, sha256), verifiedAt };
}

/** Take the first line off. */
function cut(text: string): [string, string] {
  const end = text.indexOf("\n");
  return end < 0 ? [text, ""] : [text.slice(0, end), text.slice(end + 1)];
}
