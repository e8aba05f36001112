/** The provider of an app that does not ask the backend: it reads what was packaged with it. */

import type { Answer, Version } from "./answers.ts";
import { NoSnapshot, NotIntact, reasonOf, SnapshotInvalid } from "./errors.ts";
import { decodeUtf8 } from "./json.ts";
import { ReleaseProvider, type FollowOptions } from "./provider.ts";
import { parseBootstrap, type Release, type Sha256 } from "./release.ts";

/** The very bytes of /bootstrap, in UTF-8 or as text, or what loads them. */
export type Snapshot = string | Uint8Array | (() => Promise<string | Uint8Array>);

/**
 * Answers from a snapshot, read once. Its answers are never stale, for no backend was to be asked,
 * and have no age.
 */
export class LocalProvider extends ReleaseProvider {
  readonly #snapshot: Snapshot | null;
  readonly #sha256: Sha256;
  #release: Release | null = null;

  constructor(snapshot: Snapshot | null, sha256: Sha256) {
    super();
    this.#snapshot = snapshot;
    this.#sha256 = sha256;
  }

  override async *follow({ signal }: FollowOptions = {}): AsyncGenerator<Answer<Version>, void, undefined> {
    if (signal?.aborted) return;
    const answer = await this.getVersion();
    if (!signal?.aborted) yield answer;
  }

  /** Return the packaged release. */
  async current(): Promise<Answer<Release>> {
    this.#release ??= await this.#load();
    return { value: this.#release, source: "packaged", version: this.#release.token, age: null, stale: false };
  }

  async #load(): Promise<Release> {
    const content = await this.#content();
    try {
      const text = typeof content === "string" ? content : decodeUtf8(content);
      return await parseBootstrap(text, this.#sha256);
    } catch (error) {
      if (!(error instanceof NotIntact)) throw error;
      throw new SnapshotInvalid(`the packaged snapshot is damaged: ${error.message}`, { cause: error });
    }
  }

  async #content(): Promise<string | Uint8Array> {
    if (this.#snapshot === null) throw new NoSnapshot("no snapshot of the reference data is packaged");
    if (typeof this.#snapshot !== "function") return this.#snapshot;
    try {
      return await this.#snapshot();
    } catch (error) {
      const reason = `the snapshot of the reference data cannot be loaded: ${reasonOf(error)}`;
      throw new NoSnapshot(reason, { cause: error });
    }
  }
}
