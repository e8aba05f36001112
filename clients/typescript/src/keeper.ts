/** Holds the newest release that was verified, and asks the backend what has become of it. */

import type { Source } from "./answers.ts";
import type { Backend } from "./backend.ts";
import { sealed, unsealed, type Cache, type Verified } from "./cache.ts";
import { applyChanges } from "./changes.ts";
import { BackendUnavailable, NotIntact, reasonOf, Refused, SchemaMismatch } from "./errors.ts";
import type { Outside } from "./outside.ts";
import { parseBootstrap, type Release } from "./release.ts";

/**
 * Seconds until a release that is confirmed again and again is saved again. Until then the cache
 * says less than we know: an age that is too high, never one that is too low.
 */
export const REWRITE_AFTER = 60;

/** A verified release, and where we have it from. */
export interface Held extends Verified {
  readonly source: Source;
}

/** Called with each new release, once it is held. */
export type Listener = (held: Held) => void;

export class Keeper {
  /** The newest release we have, if any. */
  held: Held | null = null;
  /** Set while the backend's newest release is one that we cannot read: no older one may stand in for it. */
  mismatch: SchemaMismatch | null = null;
  readonly #backend: Backend;
  readonly #url: string;
  readonly #cache: Cache | null;
  readonly #outside: Outside;
  readonly #listeners = new Set<Listener>();
  #saved: Verified | null = null;
  #flight: Promise<Held> | null = null;
  #saving: Promise<void> = Promise.resolve();

  constructor(backend: Backend, url: string, cache: Cache | null, outside: Outside) {
    this.#backend = backend;
    this.#url = url;
    this.#cache = cache;
    this.#outside = outside;
  }

  /** Tell `listener` of each new release; returns what ends that. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Join the refresh under way, or begin one. */
  refreshed(): Promise<Held> {
    this.#flight ??= this.#refresh().finally(() => (this.#flight = null));
    return this.#flight;
  }

  /** Note that the backend said just now that `token` is its newest. */
  confirm(token: string): void {
    if (this.held?.release.token !== token || this.mismatch) return;
    this.held = { release: this.held.release, verifiedAt: this.#outside.now(), source: "memory" };
    void this.#save(this.held);
  }

  async #refresh(): Promise<Held> {
    const askedAt = this.#outside.now(); // whatever the backend answers was so at this moment, or later
    this.held ??= await this.#load();
    const before = this.held?.release ?? null;
    const release = await this.#fetched(before);
    const held: Held = { release, verifiedAt: askedAt, source: "memory" };
    this.held = held;
    this.mismatch = null;
    if (release.token !== before?.token) for (const listener of this.#listeners) listener(held);
    await this.#save(held);
    return held;
  }

  async #fetched(held: Release | null): Promise<Release> {
    try {
      return (held && (await this.#difference(held))) ?? (await this.#whole());
    } catch (error) {
      if (error instanceof SchemaMismatch) this.mismatch = error;
      if (!(error instanceof NotIntact)) throw error;
      throw new BackendUnavailable(`the backend's answer is damaged: ${error.message}`, null, error);
    }
  }

  async #whole(): Promise<Release> {
    return parseBootstrap(await this.#backend.bootstrap(), this.#outside.sha256);
  }

  /** Return the release that the changes lead to, or null if only all of it helps. */
  async #difference(held: Release): Promise<Release | null> {
    try {
      return await applyChanges(held, await this.#backend.changes(held.token), this.#outside.sha256);
    } catch (error) {
      if (error instanceof NotIntact || error instanceof Refused) return null;
      throw error;
    }
  }

  /** Whatever goes wrong with a cache, nothing was in it. */
  async #load(): Promise<Held | null> {
    try {
      const text = (await this.#cache?.load()) ?? null;
      this.#saved = text === null ? null : await unsealed(text, this.#url, this.#outside.sha256);
    } catch (error) {
      this.#outside.warn(`the cached reference release cannot be read: ${reasonOf(error)}`);
    }
    return this.#saved && { ...this.#saved, source: "disk" };
  }

  /** Save one after another, so that no older release comes to lie upon a newer one. */
  #save(held: Held): Promise<void> {
    this.#saving = this.#saving.then(() => this.#write(held));
    return this.#saving;
  }

  /** A full disk is no reason to withhold a good answer. */
  async #write(held: Held): Promise<void> {
    if (this.#cache === null || (this.#saved && isNear(this.#saved, held))) return;
    try {
      await this.#cache.save(await sealed(held, this.#url, this.#outside.sha256));
      this.#saved = held;
    } catch (error) {
      this.#outside.warn(`the reference release cannot be cached: ${reasonOf(error)}`);
    }
  }
}

function isNear(saved: Verified, held: Verified): boolean {
  return saved.release === held.release && Math.abs(held.verifiedAt - saved.verifiedAt) < REWRITE_AFTER;
}
