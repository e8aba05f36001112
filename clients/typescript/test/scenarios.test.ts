/**
 * What every provider must do, against the real server at WILDSIDE_URL.
 *
 * Edits are made by the real command: WILDSIDE_PYTHON runs it, on the database at DATABASE_URL.
 */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { promisify } from "node:util";

import { createReferenceProvider, UnknownTable, type ReferenceDataProvider } from "../src/index.ts";
import { fileCache } from "../src/node.ts";

const URL = process.env["WILDSIDE_URL"] ?? "";
const PYTHON = process.env["WILDSIDE_PYTHON"] ?? "";
const NEEDED = ["WILDSIDE_URL", "WILDSIDE_PYTHON", "DATABASE_URL"];
const skip = NEEDED.every((name) => process.env[name]) ? false : `${NEEDED.join(", ")} must be set`;
const REFERENCE = `${URL}/api/v1/reference`;
const SOURCES = {
  off: "packaged",
  on: "network",
  "warm offline": "disk",
  "memory offline": "memory",
  "packaged offline": "packaged",
} as const;
type Mode = keyof typeof SOURCES;

interface Sent {
  readonly schemaVersion: number;
  readonly referenceVersion: string;
  readonly generatedAt: string;
  readonly tables: Record<string, Record<string, unknown>[]>;
}

interface Summary {
  readonly rows: number;
  readonly digest: string;
}

/** A place for providers, which notes what they ask and can cut them off. */
class Place {
  readonly asked: string[] = [];
  readonly folder: string;
  online = true;
  seconds = 1_800_000_000;

  constructor(folder: string) {
    this.folder = folder;
  }

  provider(useBackend = true, snapshot: Uint8Array | null = null): ReferenceDataProvider {
    const cache = fileCache(join(this.folder, "cache", "reference"));
    const config = { useBackend, url: URL, cache, snapshot, timeoutSeconds: 20 };
    return createReferenceProvider(config, { now: () => this.seconds, fetch: (...request) => this.#fetch(...request) });
  }

  #fetch(...[input, init]: Parameters<typeof fetch>): Promise<Response> {
    if (!this.online) return Promise.reject(new TypeError("fetch failed"));
    this.asked.push(String(input).slice(REFERENCE.length).split("?")[0] ?? "");
    return fetch(input, init);
  }
}

async function placeOf(context: TestContext): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), "wildside-"));
  context.after(() => rm(folder, { recursive: true, force: true }));
  return new Place(folder);
}

async function bytesOf(path: string): Promise<Uint8Array> {
  const response = await fetch(REFERENCE + path);
  assert.equal(response.status, 200);
  return response.bytes();
}

async function sent(): Promise<Sent> {
  return JSON.parse(new TextDecoder().decode(await bytesOf("/bootstrap"))) as Sent;
}

async function edit(...what: string[]): Promise<void> {
  const options = ["--reason", "a test", "--actor", "ada"];
  await promisify(execFile)(PYTHON, ["-m", "wildside", "reference", ...what, ...options]);
}

async function inMode(mode: Mode, context: TestContext): Promise<[Place, ReferenceDataProvider]> {
  const place = await placeOf(context);
  const snapshot = await bytesOf("/bootstrap");
  let provider = place.provider(mode !== "off", snapshot);
  if (mode === "warm offline" || mode === "memory offline") {
    await provider.getVersion();
    place.seconds += 30;
  }
  if (mode === "warm offline") provider = place.provider(true, snapshot);
  place.online = !mode.endsWith("offline");
  return [place, provider];
}

for (const mode of Object.keys(SOURCES) as Mode[]) {
  test(`${mode}: bootstrap is every table in order`, { skip }, async (context) => {
    const [, provider] = await inMode(mode, context);
    const { value } = await provider.getBootstrap();
    const wanted = await sent();
    assert.ok(Object.keys(wanted.tables).length > 10);
    assert.deepEqual({ ...value.tables }, wanted.tables);
    assert.deepEqual([value.schemaVersion, value.generatedAt], [wanted.schemaVersion, wanted.generatedAt]);
  });

  test(`${mode}: an answer says how far it is to be trusted`, { skip }, async (context) => {
    const [place, provider] = await inMode(mode, context);
    const answer = await provider.getBootstrap();
    const [offline, packaged] = [mode.endsWith("offline"), SOURCES[mode] === "packaged"];
    assert.deepEqual([answer.source, answer.stale], [SOURCES[mode], offline]);
    assert.equal(answer.age, packaged ? null : offline ? 30 : 0);
    assert.deepEqual([answer.version, answer.value.referenceVersion], Array(2).fill((await sent()).referenceVersion));
    if (mode === "off") assert.deepEqual(place.asked, []);
  });

  test(`${mode}: version and tables are those of the bootstrap`, { skip }, async (context) => {
    const [, provider] = await inMode(mode, context);
    const [bootstrap, version] = [await provider.getBootstrap(), await provider.getVersion()];
    const told = JSON.parse(new TextDecoder().decode(await bytesOf("/version"))) as Sent;
    assert.deepEqual(version.value.referenceVersion, told.referenceVersion);
    const summaries = Object.entries(told.tables as Record<string, unknown> as Record<string, Summary>);
    const wanted = Object.fromEntries(summaries.map(([name, { rows, digest }]) => [name, { rows, digest }]));
    assert.deepEqual({ ...version.value.tables }, wanted);
    for (const [name, rows] of Object.entries(bootstrap.value.tables)) {
      const table = await provider.getTable(name);
      assert.deepEqual([table.value, table.version, table.source], [rows, bootstrap.version, bootstrap.source]);
    }
  });

  test(`${mode}: an unknown table is said to be unknown`, { skip }, async (context) => {
    const [, provider] = await inMode(mode, context);
    for (const name of ["nothing", "__proto__", "toString"]) {
      await assert.rejects(provider.getTable(name), UnknownTable);
    }
  });

  test(`${mode}: a caller may change what it got`, { skip }, async (context) => {
    const [, provider] = await inMode(mode, context);
    const before = await provider.getTable("tags");
    const wanted = structuredClone(before.value);
    before.value.length = 0;
    Object.assign((await provider.getTable("tags")).value[0] ?? {}, { slug: "mine" });
    assert.deepEqual((await provider.getTable("tags")).value, wanted);
  });
}

/** A provider that holds what the server has now; what it asks from here on is noted. */
async function holding(context: TestContext): Promise<[Place, ReferenceDataProvider]> {
  const place = await placeOf(context);
  const provider = place.provider();
  await provider.getVersion();
  place.asked.length = 0;
  return [place, provider];
}

async function assertCaughtUp(place: Place, provider: ReferenceDataProvider): Promise<Sent> {
  const [answer, wanted] = [await provider.getBootstrap(), await sent()];
  assert.deepEqual([answer.version, answer.source], [wanted.referenceVersion, "network"]);
  assert.deepEqual({ ...answer.value.tables }, wanted.tables);
  assert.deepEqual(place.asked, ["/changes"]);
  return wanted;
}

test("an edit comes as a difference", { skip }, async (context) => {
  const [place, provider] = await holding(context);
  const { referenceVersion } = await sent();
  await edit("set", "tags", "coffee", "icon=tag:mug", "sort_order=987");
  const { tables } = await assertCaughtUp(place, provider);
  const changes = new TextDecoder().decode(await bytesOf(`/changes?since=${referenceVersion}`));
  assert.equal((JSON.parse(changes) as { mode: string }).mode, "delta");
  assert.equal(tables["tags"]?.find((row) => row["slug"] === "coffee")?.["icon"], "tag:mug");
  const table = await provider.getTable("tags");
  assert.equal(table.value.at(-1)?.["slug"], "coffee");
});

test("a hidden row goes, and comes back", { skip }, async (context) => {
  for (const what of ["hide", "unhide"]) {
    const [place, provider] = await holding(context);
    await edit(what, "tags", "coffee");
    const { tables } = await assertCaughtUp(place, provider);
    assert.equal(tables["tags"]?.some((row) => row["slug"] === "coffee"), what === "unhide");
  }
});

test("a rename, and the way back to an earlier version", { skip }, async (context) => {
  const version = Number(/\.(\d+)-/.exec((await sent()).referenceVersion)?.[1]);
  const [place, provider] = await holding(context);
  await edit("rename", "tags", "coffee", "espresso");
  const renamed = await assertCaughtUp(place, provider);
  const slugs = (renamed.tables["tags"] ?? []).map((row) => row["slug"]);
  assert.ok(slugs.includes("espresso") && !slugs.includes("coffee"));
  place.asked.length = 0;
  await edit("rollback", "--to", String(version));
  const back = await assertCaughtUp(place, provider);
  assert.notEqual(back.referenceVersion, renamed.referenceVersion);
  assert.ok(back.tables["tags"]?.some((row) => row["slug"] === "coffee"));
});

test("the next process takes the difference to what is on disk", { skip }, async (context) => {
  const [place] = await holding(context);
  await edit("set", "tags", "coffee", "icon=tag:bean");
  await assertCaughtUp(place, place.provider());
});

test("follow sees an edit, and memory answers while it does", { skip }, async (context) => {
  const [place, provider] = await holding(context);
  const stop = new AbortController();
  context.after(() => stop.abort());
  const answers = provider.follow({ signal: stop.signal });
  const first = (await answers.next()).value;
  await edit("set", "tags", "views", "icon=tag:eye");
  const second = (await answers.next()).value;
  assert.notEqual(second?.version, first?.version);
  const { referenceVersion } = await sent();
  assert.deepEqual([second?.version, second?.source, second?.stale], [referenceVersion, "network", false]);
  place.asked.length = 0;
  const table = await provider.getTable("tags");
  assert.deepEqual([table.version, table.source, table.stale], [second?.version, "memory", false]);
  assert.deepEqual(place.asked, []);
  stop.abort();
  assert.equal((await answers.next()).done, true);
  assert.equal((await provider.getVersion()).source, "network");
});
