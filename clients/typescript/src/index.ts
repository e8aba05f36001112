/**
 * Reference data for an app: from the backend when the flag is on, else from what was packaged.
 *
 * @example
 * const provider = createReferenceProvider({ ...configFromEnvironment(process.env), snapshot });
 * const { value, source, version, age, stale } = await provider.getTable("tags");
 */

export type { Answer, Bootstrap, Json, Row, Source, TableSummary, Version } from "./answers.ts";
export type { Cache } from "./cache.ts";
export { configFromEnvironment, type ClientConfig } from "./config.ts";
export {
  BackendUnavailable,
  ConfigInvalid,
  NoSnapshot,
  ReferenceDataError,
  Refused,
  SchemaMismatch,
  SnapshotInvalid,
  UnknownTable,
} from "./errors.ts";
export { createReferenceProvider } from "./factory.ts";
export type { Snapshot } from "./local.ts";
export type { Outside } from "./outside.ts";
export type { FollowOptions, ReadOptions, ReferenceDataProvider } from "./provider.ts";
export { SCHEMA_VERSION } from "./release.ts";
