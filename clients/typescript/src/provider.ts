/** What an app asks for reference data, whichever way they come. */

import { bootstrapOf, carrying, rowsOf, versionOf } from "./answers.ts";
import type { Answer, Bootstrap, Row, Version } from "./answers.ts";
import { UnknownTable } from "./errors.ts";
import type { Release } from "./release.ts";

/** `allowStaleCache`: may an older release answer when the backend does not? Default: true. */
export interface ReadOptions {
  readonly allowStaleCache?: boolean;
}

/** `signal` ends the following. */
export interface FollowOptions {
  readonly signal?: AbortSignal;
}

/**
 * Reference data, one release at a time.
 *
 * Every method rejects with SchemaMismatch if the data cannot be read by this app. With
 * `allowStaleCache` an older release answers when the backend does not, and the answer says so;
 * without it, or if there is no older one, it rejects with BackendUnavailable. A provider that
 * does not ask a backend rejects with NoSnapshot or SnapshotInvalid if its snapshot is of no use.
 * Values belong to the caller: changing them changes no later answer.
 */
export interface ReferenceDataProvider {
  /** Return every table. */
  getBootstrap(options?: ReadOptions): Promise<Answer<Bootstrap>>;

  /** Return which release `getBootstrap` would return now, and what its tables are. */
  getVersion(options?: ReadOptions): Promise<Answer<Version>>;

  /** Return the rows of one table in their order. Rejects with UnknownTable too. */
  getTable(name: string, options?: ReadOptions): Promise<Answer<Row[]>>;

  /**
   * Yield the present answer of `getVersion`, then one for each new release once it has been
   * fetched and verified. While the stream that tells of them lives, the other methods answer from
   * memory without asking the backend.
   *
   * Broken streams are opened again for as long as it takes. It ends when `signal` is aborted, or
   * with the `break` of a `for await`; then the connection is closed. It throws what the first
   * `getVersion` rejects with, and SchemaMismatch later too. Without a backend it yields once and ends.
   */
  follow(options?: FollowOptions): AsyncGenerator<Answer<Version>, void, undefined>;
}

/** Answers every question from one whole release, so that no two answers mix two versions. */
export abstract class ReleaseProvider implements ReferenceDataProvider {
  /** Return the release to answer from. */
  protected abstract current(allowStaleCache: boolean): Promise<Answer<Release>>;

  abstract follow(options?: FollowOptions): AsyncGenerator<Answer<Version>, void, undefined>;

  async getBootstrap({ allowStaleCache = true }: ReadOptions = {}): Promise<Answer<Bootstrap>> {
    const answer = await this.current(allowStaleCache);
    return carrying(answer, bootstrapOf(answer.value));
  }

  async getVersion({ allowStaleCache = true }: ReadOptions = {}): Promise<Answer<Version>> {
    const answer = await this.current(allowStaleCache);
    return carrying(answer, versionOf(answer.value));
  }

  async getTable(name: string, { allowStaleCache = true }: ReadOptions = {}): Promise<Answer<Row[]>> {
    const answer = await this.current(allowStaleCache);
    const table = answer.value.tables.get(name);
    if (table === undefined) throw new UnknownTable(name, answer.value.tables.keys());
    return carrying(answer, rowsOf(table.text));
  }
}
