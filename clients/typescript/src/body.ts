/** Reading what a backend sent, as far as it may be believed. */

import { BackendUnavailable, NotIntact, Refused } from "./errors.ts";
import type { Bytes, Sha256 } from "./release.ts";

/** Bytes, unpacked: a broken backend shall not fill our memory. */
export const LARGEST = 64 * 1024 * 1024;

const TEMPORARY = new Set([408, 425, 429]);
const SHA_256 = /(?:^|,)\s*sha-256=:([A-Za-z0-9+/=]+):/;

/** Return the error for a status that is not 200. */
export function failureOf(response: Response): BackendUnavailable {
  const { status } = response;
  const message = `the backend answered ${status}`;
  if (status >= 400 && status < 500 && !TEMPORARY.has(status)) return new Refused(message);
  const wait = response.headers.get("retry-after")?.trim() ?? "";
  return new BackendUnavailable(message, /^[0-9]+$/.test(wait) ? Number(wait) : null);
}

/** Read a whole body. Throws BackendUnavailable if it is too large. */
export async function bodyOf(response: Response): Promise<Bytes> {
  // A fetch without streams, as in React Native, has no `body`.
  if (!response.body) return small(new Uint8Array(await response.arrayBuffer()));
  const reader = response.body.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    chunks.push(read.value);
    size += read.value.length;
    if (size > LARGEST) {
      await reader.cancel();
      throw tooLarge();
    }
  }
  return joined(chunks, size);
}

/**
 * Check bytes against Repr-Digest. That is over the bytes as sent (RFC 9530: after the coding), so
 * it can be checked only if they were sent as they are.
 *
 * Throws NotIntact if they are not what it says, or if it is not there.
 */
export async function checkDigest(response: Response, content: Bytes, sha256: Sha256): Promise<void> {
  const coding = response.headers.get("content-encoding")?.trim().toLowerCase() ?? "identity";
  if (coding !== "identity") return;
  const promised = SHA_256.exec(response.headers.get("repr-digest") ?? "")?.[1];
  if (promised === undefined) throw new NotIntact("the answer came without a Repr-Digest");
  const found = btoa(String.fromCharCode(...(await sha256(content))));
  if (found !== promised) throw new NotIntact("the bytes are not what Repr-Digest says");
}

function small(content: Bytes): Bytes {
  if (content.length > LARGEST) throw tooLarge();
  return content;
}

function tooLarge(): BackendUnavailable {
  return new BackendUnavailable(`the backend sent more than ${LARGEST} bytes`);
}

function joined(chunks: readonly Uint8Array[], size: number): Bytes {
  const content = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    content.set(chunk, at);
    at += chunk.length;
  }
  return content;
}
