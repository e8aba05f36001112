/** Asking the backend: how often, what is believed, and what answers when it does not. */

import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";

import { BackendUnavailable, NoSnapshot, SchemaMismatch, SnapshotInvalid, UnknownTable } from "../src/index.ts";
import { createReferenceProvider } from "../src/index.ts";
import { bootstrap, MORE, sha256, TAGS } from "./fake.ts";
import { NOBODY, placeOf, until } from "./place.ts";

/** A provider that holds the first release, at a backend that has a second one. */
async function held(context: TestContext) {
  const place = await placeOf(context);
  const provider = place.provider();
  await provider.getVersion();
  place.backend.publish(MORE);
  place.backend.asked.length = 0;
  return { place, provider, backend: place.backend };
}

test("a first call takes all and later ones what has changed", async (context) => {
  const { provider, backend } = await held(context);
  const answer = await provider.getTable("tags");
  assert.deepEqual(answer.value.map((row) => row["slug"]), ["art", "coffee", "views"]);
  assert.deepEqual([answer.version, answer.source], [backend.token, "network"]);
  assert.equal((await provider.getVersion()).version, backend.token);
  assert.deepEqual(backend.asked, ["changes", "changes"]);
});

test("the next process goes on from the cache", async (context) => {
  const { place, backend } = await held(context);
  const answer = await place.provider().getBootstrap();
  assert.deepEqual([answer.source, answer.value.tables["tags"]?.[0]?.["slug"]], ["network", "art"]);
  assert.deepEqual(backend.asked, ["changes"]);
});

test("a path before the API is kept", async (context) => {
  const place = await placeOf(context);
  assert.equal((await place.provider({ url: `${place.backend.url}/base/` }).getVersion()).source, "network");
});

test("concurrent calls share one request", async (context) => {
  for (const first of [true, false]) {
    const { place, provider, backend } = await held(context);
    const asking = first ? place.provider({ cache: null }) : provider;
    let open = () => {};
    backend.gate = new Promise((resolve) => (open = resolve));
    const calls = Array.from({ length: 20 }, () => asking.getBootstrap());
    await until(() => backend.asked.length > 0, "a request");
    calls.push(asking.getBootstrap());
    open();
    const versions = new Set((await Promise.all(calls)).map((answer) => answer.version));
    assert.deepEqual([...versions], [backend.token]);
    assert.deepEqual(backend.asked, [first ? "bootstrap" : "changes"]);
  }
});

test("a failed refresh is not shared with later calls", async (context) => {
  const place = await placeOf(context);
  const provider = place.provider();
  place.offline();
  const failed = await Promise.allSettled([1, 2, 3].map(() => provider.getBootstrap()));
  assert.ok(failed.every((one) => one.status === "rejected" && one.reason instanceof BackendUnavailable));
  place.backend.status = 200;
  assert.equal((await provider.getBootstrap()).source, "network");
});

test("changes that do not fit make us take all", async (context) => {
  const { provider, backend } = await held(context);
  backend.editChanges = (document) => ({ ...document, tables: {} });
  const answer = await provider.getBootstrap();
  assert.deepEqual(backend.asked, ["changes", "bootstrap"]);
  assert.deepEqual({ ...answer.value.tables }, backend.tables);
  assert.deepEqual([answer.source, answer.stale], ["network", false]);
});

for (const status of [400, 404, 410]) {
  test(`a backend that answers ${status} to changes is asked for all`, async (context) => {
    const { provider, backend } = await held(context);
    backend.statusOfChanges = status;
    assert.deepEqual({ ...(await provider.getBootstrap()).value.tables }, backend.tables);
    assert.deepEqual(backend.asked, ["changes", "bootstrap"]);
  });
}

test("a table that is gone is dropped", async (context) => {
  const { provider, backend } = await held(context);
  backend.publish({ rules: TAGS["rules"] ?? [] });
  assert.deepEqual(Object.keys((await provider.getBootstrap()).value.tables), ["rules"]);
  assert.deepEqual(backend.asked, ["changes"]);
});

test("without stale answers a failure is thrown", async (context) => {
  const { place, provider } = await held(context);
  place.offline();
  place.backend.headers = { "Retry-After": "7" };
  const told = (error: unknown) => error instanceof BackendUnavailable && error.retryAfter === 7;
  const strict = { allowStaleCache: false };
  await assert.rejects(provider.getBootstrap(strict), told);
  await assert.rejects(provider.getVersion(strict), told);
  await assert.rejects(provider.getTable("tags", strict), told);
  await assert.rejects(place.provider({ snapshot: place.packaged }).getBootstrap(strict), told);
});

test("nobody listens", async (context) => {
  const place = await placeOf(context);
  await assert.rejects(place.provider({ url: NOBODY }).getBootstrap(), /nothing is cached, and no snapshot/);
  const answer = await place.provider({ url: NOBODY, snapshot: place.packaged }).getBootstrap();
  assert.deepEqual([answer.source, answer.age, answer.stale], ["packaged", null, true]);
});

test("an old answer gets older until the backend confirms it", async (context) => {
  const place = await placeOf(context);
  const provider = place.provider();
  const told = async () => {
    const { source, age, stale } = await provider.getVersion();
    return [source, age, stale];
  };
  assert.deepEqual(await told(), ["network", 0, false]);
  place.offline();
  place.seconds += 100;
  assert.deepEqual(await told(), ["memory", 100, true]);
  place.seconds -= 3600;
  assert.deepEqual(await told(), ["memory", 0, true]);
  place.backend.status = 200;
  assert.deepEqual(await told(), ["network", 0, false]);
});

test("the disk knows of confirmations, and is not written for each", async (context) => {
  const place = await placeOf(context);
  const provider = place.provider();
  for (const seconds of [0, 59, 1]) {
    place.seconds += seconds;
    await provider.getVersion();
  }
  assert.equal(place.cache.saves, 2);
  place.seconds += 10;
  place.offline();
  const answer = await place.provider().getVersion();
  assert.deepEqual([answer.source, answer.age, answer.stale], ["disk", 10, true]);
});

test("a change is on disk at once", async (context) => {
  const { place, provider, backend } = await held(context);
  await provider.getVersion();
  place.offline();
  const answer = await place.provider().getVersion();
  assert.deepEqual([answer.source, answer.version], ["disk", backend.token]);
});

test("maxAgeSeconds lets memory answer, and not the disk", async (context) => {
  const place = await placeOf(context);
  const provider = place.provider({ maxAgeSeconds: 60 });
  const told = async (one = provider) => {
    const { source, age, stale } = await one.getVersion();
    return [source, age, stale];
  };
  await told();
  place.seconds += 59;
  assert.deepEqual(await told(), ["memory", 59, false]);
  place.seconds += 1;
  assert.deepEqual(await told(), ["network", 0, false]);
  place.seconds -= 3600;
  assert.deepEqual(await told(), ["network", 0, false]);
  assert.deepEqual(place.backend.asked, ["bootstrap", "changes", "changes"]);
  place.offline();
  const next = place.provider({ maxAgeSeconds: 60 });
  for (const _ of [1, 2]) assert.deepEqual((await told(next)).at(0), "disk");
  assert.equal(place.backend.asked.length, 5);
});

test("the age counts from before the question", async (context) => {
  const place = await placeOf(context);
  place.backend.editBootstrap = (body) => {
    place.seconds += 5;
    return body;
  };
  assert.equal((await place.provider().getVersion()).age, 5);
});

for (const warm of [true, false]) {
  test(`another schema is answered from no cache, ${warm ? "warm" : "cold"}`, async (context) => {
    const { place, provider, backend } = await held(context);
    const saved = place.cache.text;
    const asking = warm ? provider : place.provider({ snapshot: place.packaged, maxAgeSeconds: 999 });
    backend.schema = 2;
    const told = (error: unknown) => error instanceof SchemaMismatch && error.found === 2;
    for (const status of [200, 200, 503]) {
      backend.status = status;
      await assert.rejects(asking.getBootstrap(), told, `status ${status}`);
    }
    assert.equal(place.cache.text, saved);
    [backend.status, backend.schema] = [200, 1];
    assert.equal((await asking.getBootstrap()).source, "network");
    place.offline();
    assert.equal((await asking.getBootstrap()).source, "memory");
  });
}

test("memory does not answer for a release that cannot be read", async (context) => {
  const { place, backend } = await held(context);
  const provider = place.provider({ maxAgeSeconds: 60 });
  await provider.getVersion();
  backend.schema = 2;
  place.seconds += 60;
  await assert.rejects(provider.getVersion(), SchemaMismatch);
  place.seconds -= 30;
  await assert.rejects(provider.getVersion(), SchemaMismatch);
});

test("a cache that fails harms no answer, and is warned of", async (context) => {
  const place = await placeOf(context);
  const fail = () => Promise.reject(new Error("the disk is full"));
  const answer = await place.provider({ cache: { load: fail, save: fail } }).getVersion();
  assert.equal(answer.source, "network");
  assert.match(place.warnings.join(), /cannot be read: the disk is full,.*cannot be cached: the disk is full/);
});

test("a packaged release answers when the flag is off, and the backend is not asked", async (context) => {
  const place = await placeOf(context);
  let loads = 0;
  const snapshot = () => Promise.resolve(((loads += 1), new TextEncoder().encode(place.packaged)));
  const provider = place.provider({ useBackend: false, snapshot });
  for (const _ of [1, 2]) {
    const { source, age, stale, value } = await provider.getBootstrap({ allowStaleCache: false });
    assert.deepEqual([source, age, stale, { ...value.tables }], ["packaged", null, false, TAGS]);
  }
  assert.deepEqual([loads, place.backend.asked], [1, []]);
});

test("a packaged release that is of no use is told", async () => {
  const read = (snapshot?: string | (() => Promise<string>)) =>
    createReferenceProvider(snapshot === undefined ? {} : { snapshot }).getVersion();
  await assert.rejects(read(), NoSnapshot);
  await assert.rejects(read(() => Promise.reject(new Error("no such asset"))), /no such asset/);
  await assert.rejects(read(bootstrap(TAGS, "t").replace("coffee", "coffin")), SnapshotInvalid);
  await assert.rejects(read(bootstrap(TAGS, "t", 2)), SchemaMismatch);
});

test("an unknown table is said to be unknown, whatever its name", async (context) => {
  const provider = (await placeOf(context)).provider();
  for (const name of ["nothing", "__proto__", "constructor", "toString"]) {
    await assert.rejects(provider.getTable(name), (error) => {
      assert.ok(error instanceof UnknownTable);
      assert.equal(error.message, `there is no reference table '${name}'; there are: rules, tags`);
      return true;
    });
  }
  assert.equal((await provider.getBootstrap()).value.tables["constructor"], undefined);
});

test("a caller may change what it got", async (context) => {
  const provider = (await placeOf(context)).provider();
  const bootstrapped = (await provider.getBootstrap()).value.tables["tags"];
  (bootstrapped?.[0]?.["label"] as { en: string }).en = "mine";
  (await provider.getTable("tags")).value.length = 0;
  assert.deepEqual({ ...(await provider.getBootstrap()).value.tables }, TAGS);
});

test("a version says how many rows there are, and their digest", async (context) => {
  const { tables } = (await (await placeOf(context)).provider().getVersion()).value;
  const tags = '[{"label":{"en":"Café"},"slug":"coffee","sortOrder":10},{"slug":"views","sortOrder":20}]';
  assert.deepEqual(tables["tags"], { rows: 2, digest: sha256(tags) });
});
