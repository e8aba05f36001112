/**
 * Every error an app meets when it asks for reference data, as one tree.
 *
 *     ReferenceDataError
 *     ├── ConfigInvalid        settings are wrong; all are listed
 *     ├── NoSnapshot           there is no packaged snapshot, or its loader failed
 *     ├── SnapshotInvalid      the packaged snapshot is not what its digests say
 *     ├── UnknownTable         the release has no such table
 *     ├── SchemaMismatch       the data have a shape that this app cannot read: update the app
 *     ├── NotIntact            bytes or rows are not what their digest says; never leaves the package
 *     └── BackendUnavailable   no trustworthy answer came from the backend
 *         └── Refused          it answered that the request is wrong (4xx); asking again will not help
 *
 * `code` is stable and is what programs compare; the message is for people.
 */

/** Base of all errors of this package. */
export abstract class ReferenceDataError extends Error {
  abstract readonly code: string;

  override get name(): string {
    return this.constructor.name;
  }
}

/** Settings are wrong. `problems` lists every one. */
export class ConfigInvalid extends ReferenceDataError {
  readonly code = "config_invalid";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("; "));
    this.problems = problems;
  }
}

/** There is no packaged snapshot, or it cannot be loaded; `cause` says why. */
export class NoSnapshot extends ReferenceDataError {
  readonly code = "no_snapshot";
}

/** The packaged snapshot is not what its own digests say. */
export class SnapshotInvalid extends ReferenceDataError {
  readonly code = "snapshot_invalid";
}

/** The release has no table `table`; the message lists those it has. */
export class UnknownTable extends ReferenceDataError {
  readonly code = "unknown_table";
  readonly table: string;

  constructor(table: string, known: Iterable<string>) {
    super(`there is no reference table '${table}'; there are: ${[...known].join(", ")}`);
    this.table = table;
  }
}

/** The data have another schemaVersion, `found`, than the one this app was written for. */
export class SchemaMismatch extends ReferenceDataError {
  readonly code = "schema_mismatch";
  readonly found: number;

  constructor(found: number, expected: number) {
    super(`reference data have schemaVersion ${found}, this app reads ${expected}: update it`);
    this.found = found;
  }
}

/** Bytes or rows are not what their digest says. */
export class NotIntact extends ReferenceDataError {
  readonly code = "not_intact";
}

/** No trustworthy answer came; `retryAfter` are the seconds the backend asked us to wait, or null. */
export class BackendUnavailable extends ReferenceDataError {
  readonly code: string = "backend_unavailable";
  readonly retryAfter: number | null;

  constructor(message: string, retryAfter: number | null = null, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.retryAfter = retryAfter;
  }
}

/** The backend answered that the request is wrong: asking the same again will not help. */
export class Refused extends BackendUnavailable {
  override readonly code = "backend_refused";
}

/** What an error says of itself, for the message of another one. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}
