/** How an app says where its reference data come from. */

import type { Cache } from "./cache.ts";
import { ConfigInvalid } from "./errors.ts";
import type { Snapshot } from "./local.ts";

/** Where reference data come from. */
export interface ClientConfig {
  /** Ask the backend? Default: false. */
  readonly useBackend?: boolean;
  /** The backend's address, without /api/v1. */
  readonly url?: string | null;
  /** Holds the newest release for the next start; none by default. */
  readonly cache?: Cache | null;
  /** What was packaged with the app: the bytes of /bootstrap, or what loads them. */
  readonly snapshot?: Snapshot | null;
  /** How long one request may take as a whole, in seconds. Default: 10. */
  readonly timeoutSeconds?: number;
  /** How long memory answers without asking the backend, in seconds. Default: 0. */
  readonly maxAgeSeconds?: number;
}

/** A config in which nothing is left out. */
export type Settings = Required<ClientConfig>;

const FLAG = "USE_BACKEND_REFERENCE";
const URL_NAME = "WILDSIDE_URL";

const FLAGS = new Map([
  ...["", "0", "false", "off", "no"].map((text) => [text, false] as const),
  ...["1", "true", "on", "yes"].map((text) => [text, true] as const),
]);

/**
 * Read USE_BACKEND_REFERENCE and WILDSIDE_URL from a record such as `process.env`; an empty one
 * counts as not set. Throws ConfigInvalid, which lists every wrong setting.
 */
export function configFromEnvironment(environment: Readonly<Record<string, string | undefined>>): ClientConfig {
  const read = (name: string) => (Object.hasOwn(environment, name) ? environment[name]?.trim() : "") ?? "";
  const flag = FLAGS.get(read(FLAG).toLowerCase());
  const config = { useBackend: flag ?? false, url: read(URL_NAME) || null };
  const wrong = flag === undefined ? [`${FLAG} must be one of 1, 0, true, false, on, off, yes, no`] : [];
  const problems = [...wrong, ...problemsOf(settingsOf(config))];
  if (problems.length > 0) throw new ConfigInvalid(problems);
  return config;
}

/** Fill in the defaults. Throws ConfigInvalid, which lists everything that is wrong. */
export function checkedSettings(config: ClientConfig): Settings {
  const settings = settingsOf(config);
  const problems = problemsOf(settings);
  if (problems.length > 0) throw new ConfigInvalid(problems);
  return settings;
}

function settingsOf(config: ClientConfig): Settings {
  return {
    useBackend: config.useBackend ?? false,
    url: config.url ?? null,
    cache: config.cache ?? null,
    snapshot: config.snapshot ?? null,
    timeoutSeconds: config.timeoutSeconds ?? 10,
    maxAgeSeconds: config.maxAgeSeconds ?? 0,
  };
}

function problemsOf({ useBackend, url, timeoutSeconds, maxAgeSeconds }: Settings): string[] {
  const problems = [];
  if (url !== null && !isBaseUrl(url)) {
    // Not repeated here: it may hold a password.
    problems.push(`${URL_NAME} must be http:// or https:// with a host, and no account, query or fragment`);
  }
  if (useBackend && url === null) {
    problems.push(`${FLAG} is on, so ${URL_NAME} must say where the backend is`);
  }
  if (!(timeoutSeconds > 0 && timeoutSeconds < Infinity)) problems.push("timeoutSeconds must be above 0");
  if (!(maxAgeSeconds >= 0)) problems.push("maxAgeSeconds must be 0 or more");
  return problems;
}

function isBaseUrl(url: string): boolean {
  // What a URL parser would repair or leave out is a mistake here.
  if (!/^https?:\/\/[^\s?#@\\/][^\s?#@\\]*$/i.test(url) || !/^[\x21-\x7e]+$/.test(url)) return false;
  try {
    return new URL(url).port !== "0";
  } catch {
    return false;
  }
}
