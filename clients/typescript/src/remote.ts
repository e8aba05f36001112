/** The provider of an app that asks the backend, and remembers what it said. */

import { carrying, versionOf, type Answer, type Version } from "./answers.ts";
import { BackendUnavailable, NoSnapshot, Refused, SchemaMismatch, SnapshotInvalid } from "./errors.ts";
import type { Held, Keeper } from "./keeper.ts";
import type { LocalProvider } from "./local.ts";
import type { News } from "./news.ts";
import { ReleaseProvider, type FollowOptions } from "./provider.ts";
import { Queue } from "./queue.ts";
import type { Release } from "./release.ts";

/** What a remote provider works with; `maxAge` is how long memory answers without asking, in seconds. */
export interface Parts {
  readonly keeper: Keeper;
  readonly news: News;
  readonly packaged: LocalProvider;
  readonly maxAge: number;
  readonly now: () => number;
}

/**
 * Asks the backend for what has changed: at each call, or once in `maxAge` seconds, or not at all
 * while somebody follows. Calls that come while it is being asked share that one question.
 */
export class RemoteProvider extends ReleaseProvider {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    super();
    this.#parts = parts;
  }

  override async *follow({ signal }: FollowOptions = {}): AsyncGenerator<Answer<Version>, void, undefined> {
    const queue = new Queue<Held>();
    const stop = () => queue.end();
    const unlisten = this.#parts.keeper.listen((held) => queue.push(held));
    let leave = () => {};
    signal?.addEventListener("abort", stop);
    try {
      if (signal?.aborted) return;
      const first = await unlessAborted(this.getVersion(), signal);
      if (first === null || signal?.aborted) return;
      leave = this.#parts.news.join((error) => queue.end(error));
      yield first;
      yield* this.#news(queue, first.version);
    } finally {
      signal?.removeEventListener("abort", stop);
      unlisten();
      leave();
    }
  }

  /** Return the newest release to be had. */
  protected async current(allowStaleCache: boolean): Promise<Answer<Release>> {
    const { held } = this.#parts.keeper;
    if (held && this.#isCurrent(held)) return this.#answer(held);
    try {
      return this.#answer({ ...(await this.#parts.keeper.refreshed()), source: "network" });
    } catch (error) {
      if (!allowStaleCache || !(error instanceof BackendUnavailable)) throw error;
      return this.#older(error);
    }
  }

  async *#news(queue: Queue<Held>, known: string): AsyncGenerator<Answer<Version>, void, undefined> {
    for (let held = await queue.next(); held !== undefined; held = await queue.next()) {
      if (held.release.token === known) continue;
      known = held.release.token;
      const answer = this.#answer({ ...held, source: "network" });
      yield carrying(answer, versionOf(held.release));
    }
  }

  #isCurrent(held: Held): boolean {
    if (held.source !== "memory" || this.#parts.keeper.mismatch) return false;
    // A clock that was set back proves nothing about the age.
    const age = this.#parts.now() - held.verifiedAt;
    return (age >= 0 && age < this.#parts.maxAge) || this.#parts.news.confirms(held.release.token);
  }

  #answer(held: Held, stale = false): Answer<Release> {
    const { release, source, verifiedAt } = held;
    const age = Math.max(0, this.#parts.now() - verifiedAt);
    return { value: release, source, version: release.token, age, stale };
  }

  async #older(error: BackendUnavailable): Promise<Answer<Release>> {
    const { held, mismatch } = this.#parts.keeper;
    if (mismatch) throw mismatch;
    if (held) return this.#answer(held, true);
    try {
      return { ...(await this.#parts.packaged.current()), stale: true };
    } catch (none) {
      const unusable = none instanceof NoSnapshot || none instanceof SnapshotInvalid || none instanceof SchemaMismatch;
      if (!unusable) throw none;
      const message = `${error.message}, nothing is cached, and ${none.message}`;
      const Kind = error instanceof Refused ? Refused : BackendUnavailable;
      throw new Kind(message, error.retryAfter, error);
    }
  }
}

/** Wait for a promise, or for `signal`: then null, whatever becomes of the promise. */
async function unlessAborted<Value>(work: Promise<Value>, signal?: AbortSignal): Promise<Value | null> {
  if (!signal) return work;
  let stop = () => {};
  const aborted = new Promise<null>((resolve) => (stop = () => resolve(null)));
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
