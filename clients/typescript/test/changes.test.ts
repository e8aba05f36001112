import assert from "node:assert/strict";
import { test } from "node:test";

import { rowsOf } from "../src/answers.ts";
import { applyChanges } from "../src/changes.ts";
import { NotIntact, SchemaMismatch } from "../src/errors.ts";
import { platform } from "../src/outside.ts";
import { bootstrapText, parseBootstrap } from "../src/release.ts";
import { bootstrap, dumps, MOMENT, sha256, TAGS, tokenOf, type Rows, type Tables } from "./fake.ts";

const held = await parseBootstrap(bootstrap(TAGS, "e.1"), platform.sha256);

/** The body of /changes from `held` to tables of which only `tags` are others. */
function body(tags: Rows, change: Record<string, unknown> = {}, more: Record<string, unknown> = {}): string {
  const tables: Tables = { ...TAGS, tags };
  const table = { key: ["slug"], order: ["sortOrder", "slug"], digest: sha256(dumps(tags)), ...change };
  const about = { schemaVersion: 1, generatedAt: MOMENT, from: held.token, to: tokenOf("e.2", tables) };
  return JSON.stringify({ mode: "delta", ...about, order: ["tags"], tables: { tags: table }, ...more });
}

const apply = (text: string) => applyChanges(held, text, platform.sha256);
const slugs = async (text: string) => {
  const tags = (await apply(text)).tables.get("tags");
  return rowsOf(tags?.text ?? "[]").map((row) => row["slug"]);
};
const [coffee, views] = (TAGS["tags"] ?? []) as [Rows[number], Rows[number]];

test("removals are dropped and upserts are put in order", async () => {
  const art = { slug: "art", sortOrder: 15 };
  assert.deepEqual(await slugs(body([coffee, art], { removals: [["views"]], upserts: [art] })), ["coffee", "art"]);
});

test("two rows may swap their keys", async () => {
  const swapped = [{ ...coffee, slug: "views" }, { ...views, slug: "coffee" }];
  const renames = [{ from: ["coffee"], to: ["views"] }, { from: ["views"], to: ["coffee"] }];
  assert.deepEqual(await slugs(body(swapped, { renames, upserts: swapped })), ["views", "coffee"]);
});

test("a row that is renamed leaves its old key", async () => {
  const espresso = { ...coffee, slug: "espresso" };
  const renames = [{ from: ["coffee"], to: ["espresso"] }];
  assert.deepEqual(await slugs(body([espresso, views], { renames, upserts: [espresso] })), ["espresso", "views"]);
});

test("1, true and their texts are keys of their own", async () => {
  const ids = [1, true, "1", "true"].map((slug, sortOrder) => ({ slug, sortOrder: sortOrder + 30 }));
  const text = body([coffee, views, ...ids], { upserts: ids });
  assert.deepEqual(await slugs(text), ["coffee", "views", 1, true, "1", "true"]);
});

test("tables and members may have the names of prototypes", async () => {
  const row = JSON.parse('{"__proto__":1,"constructor":"c","toString":null}') as Rows[number];
  const text = bootstrap(JSON.parse(`{"__proto__":[${dumps(row)}],"constructor":[],"toString":[]}`) as Tables, "e.3");
  const release = await parseBootstrap(text, platform.sha256);
  assert.deepEqual([...release.tables.keys()], ["__proto__", "constructor", "toString"]);
  assert.equal(release.tables.get("__proto__")?.text, `[${dumps(row)}]`);
  assert.deepEqual(await parseBootstrap(bootstrapText(release), platform.sha256), release);
});

test("a change of a table called __proto__ is one", async () => {
  const upserts = '[{"__proto__":"x"}]';
  const change = `{"key":["__proto__"],"order":["__proto__"],"digest":"${sha256(upserts)}","upserts":${upserts}}`;
  const all = `{"__proto__":${upserts},"rules":${dumps(TAGS["rules"])},"tags":${dumps(TAGS["tags"])}}`;
  const about = `"from":"${held.token}","to":"e.2-${sha256(all).slice(0, 16)}","schemaVersion":1,"generatedAt":"x"`;
  const text = `{"mode":"delta",${about},"tables":{"__proto__":${change}}}`;
  assert.deepEqual([...(await apply(text)).tables.keys()], ["__proto__", "rules", "tags"]);
});

test("nothing has changed", async () => {
  assert.equal(await apply(body([coffee, views], {}, { mode: "none", to: held.token, tables: {} })), held);
});

test("all of it is given", async () => {
  const all = { mode: "full", from: "other.1-0", to: tokenOf("e.4", { tags: [views] }) };
  const found = await apply(body([views], { upserts: [views] }, all));
  assert.deepEqual([...found.tables.keys()], ["tags"]);
});

test("a table that is gone is dropped", async () => {
  const to = tokenOf("e.2", { rules: TAGS["rules"] ?? [] });
  const found = await apply(body([], {}, { to, tables: { tags: null } }));
  assert.deepEqual([...found.tables.keys()], ["rules"]);
});

const art = { slug: "art", sortOrder: 5 };
const good = { upserts: [art] };
const HOSTILE: Record<string, string> = {
  "no JSON": "{",
  "no object": "[1]",
  "no schemaVersion": body([art, coffee, views], good, { schemaVersion: null }),
  "a schemaVersion that is no number": body([art, coffee, views], good, { schemaVersion: "1" }),
  "another start": body([art, coffee, views], good, { from: "e.0-0000000000000000" }),
  "no start": body([art, coffee, views], good, { from: undefined }),
  "an unknown mode": body([art, coffee, views], good, { mode: "patch" }),
  "a silent step": body([art, coffee, views], good, { mode: "none" }),
  "a token of other tables": body([art, coffee, views], good, { to: "e.2-0000000000000000" }),
  "a token without a digest": body([art, coffee, views], good, { to: "2" }),
  "a token that is no text": body([art, coffee, views], good, { to: 2 }),
  "a table that is not told": body([art, coffee, views], good, { tables: {} }),
  "tables that are no object": body([art, coffee, views], good, { tables: [] }),
  "a wrong digest": body([art, coffee, views], { ...good, digest: sha256("[]") }),
  "no digest": body([art, coffee, views], { ...good, digest: undefined }),
  "a lost upsert": body([art, coffee, views], {}),
  "an upsert that is no row": body([art, coffee, views], { upserts: [art, 5] }),
  "a wrong key": body([art, coffee, views], { ...good, key: ["nothing"] }),
  "a key of a prototype": body([art, coffee, views], { ...good, key: ["toString"] }),
  "a key that is no list": body([art, coffee, views], { ...good, key: "slug" }),
  "a wrong order": body([art, coffee, views], { ...good, order: ["slug"] }, { to: held.token }),
  "kinds that have no order": body([art, coffee, views], { upserts: [{ ...art, sortOrder: "5" }] }),
  "a removal that is no key": body([art, coffee, views], { ...good, removals: ["views"] }),
  "a rename from nowhere": body([art, coffee, views], { ...good, renames: [{ to: ["x"] }] }),
  "half a pair": body([{ slug: "\ud800" }], { upserts: [{ slug: "\ud800" }] }),
  "too deep": body([], {}).replace('"order":["tags"]', `"tables":${"[".repeat(9999)}${"]".repeat(9999)}`),
};

for (const [what, text] of Object.entries(HOSTILE)) {
  test(`changes with ${what} are not applied`, () => assert.rejects(apply(text), NotIntact));
}

test("another schema is told before anything else that is wrong", async () => {
  await assert.rejects(apply('{"schemaVersion":2}'), (error) => error instanceof SchemaMismatch && error.found === 2);
});

const BAD_BOOTSTRAPS: Record<string, (text: string) => string> = {
  "a changed row": (text) => text.replace("coffee", "coffin"),
  "a digest too few": (text) => text.replace(/"rules":"[0-9a-f]{64}",/, ""),
  "a digest too many": (text) => text.replace('"digests":{', '"digests":{"x":"y",'),
  "a wrong digest": (text) => text.replace(/"rules":"[0-9a-f]{64}"/, `"rules":"${sha256("")}"`),
  "another token": (text) => text.replace(/"referenceVersion":"[^"]*"/, '"referenceVersion":"e.1-0000000000000000"'),
  "no token": (text) => text.replace('"referenceVersion"', '"reference"'),
  "no moment": (text) => text.replace('"generatedAt"', '"generated"'),
  "a table that is no list": (text) => text.replace('"rules":[', '"other":5,"rules":['),
  "rows that are none": (text) => text.replace('"tags":[', '"tags":[7,'),
  "an end too soon": (text) => text.slice(0, -1),
  nothing: () => "",
};

for (const [what, edit] of Object.entries(BAD_BOOTSTRAPS)) {
  test(`a bootstrap with ${what} is damaged`, async () => {
    await assert.rejects(parseBootstrap(edit(bootstrap(TAGS, "e.1")), platform.sha256), NotIntact);
  });
}

test("whole numbers with a point are whole numbers", async () => {
  const text = bootstrap(TAGS, "e.1").replace('"sortOrder":10', '"sortOrder":10.0');
  assert.deepEqual((await parseBootstrap(text, platform.sha256)).tables, held.tables);
});
