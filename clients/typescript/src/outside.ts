/** The world as the provider sees it: everything that is not a pure function comes through here. */

import type { Sha256 } from "./release.ts";

/** What a test, or a platform that lacks something, may replace. */
export interface Outside {
  /** Seconds since 1970: the moment of a verification outlives the process, in the cache. */
  readonly now: () => number;
  /** 0 or more, below 1. */
  readonly random: () => number;
  /** Wait so many seconds; true, or false as soon as `signal` is aborted. Never rejects. */
  readonly sleep: (seconds: number, signal: AbortSignal) => Promise<boolean>;
  readonly fetch: typeof globalThis.fetch;
  readonly sha256: Sha256;
  /** Told what went wrong without harm to any answer, such as a cache that cannot be written. */
  readonly warn: (message: string) => void;
}

/** The platform's own: Web Crypto, fetch, timers. */
export const platform: Outside = {
  now: () => Date.now() / 1000,
  random: () => Math.random(),
  sleep,
  fetch: (...request) => globalThis.fetch(...request),
  sha256: async (content) => new Uint8Array(await globalThis.crypto.subtle.digest("SHA-256", content)),
  warn: (message) => console.warn(message),
};

/** A timer takes no more milliseconds than this, and fires at once if given more. */
const LONGEST = 2 ** 31 - 1;

function sleep(seconds: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(false);
    const stop = () => {
      clearTimeout(timer);
      resolve(false);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve(true);
    }, Math.min(seconds * 1000, LONGEST));
    signal.addEventListener("abort", stop, { once: true });
  });
}
