/** Following a backend: what is told, what is asked, and how it ends. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { BackendUnavailable, createReferenceProvider, SchemaMismatch } from "../src/index.ts";
import type { Answer, Version } from "../src/index.ts";
import { RemoteProvider, type Parts } from "../src/remote.ts";
import { MORE, TAGS, type Tables } from "./fake.ts";
import { Follower, following, opened } from "./follower.ts";
import { NOBODY, placeOf, until } from "./place.ts";

const LAST: Tables = { ...TAGS, tags: [] };

test("first the present version, then each new one once it is there", async (context) => {
  const { follower, backend } = await following(context);
  const tokens = [backend.token];
  for (const tables of [MORE, LAST, TAGS]) {
    tokens.push(backend.publish(tables));
    await follower.seen(tokens.length);
  }
  assert.deepEqual(follower.versions, tokens);
  assert.deepEqual(backend.asked, ["changes", "changes", "changes"]);
  const { source, age, stale, value } = follower.answers[1] as Answer<Version>;
  assert.deepEqual([source, age, stale, value.tables["tags"]?.rows], ["network", 0, false, 3]);
  assert.deepEqual(backend.lastEventIds, [tokens[0]]);
});

test("while the stream lives, memory answers and nobody is asked", async (context) => {
  const { place, provider, follower, backend } = await following(context);
  place.seconds += 30;
  for (const options of [{}, { allowStaleCache: false }]) {
    const answer = await provider.getTable("tags", options);
    assert.deepEqual([answer.source, answer.age, answer.stale], ["memory", 30, false]);
  }
  backend.publish(MORE);
  await follower.seen(2);
  assert.equal((await provider.getBootstrap()).source, "memory");
  assert.deepEqual(backend.asked, ["changes"]);
});

test("a comment that says so confirms what is held, another one does not", async (context) => {
  const { place, provider, backend } = await following(context);
  const age = async () => (await provider.getVersion()).age;
  place.seconds += 30;
  backend.tell(": away\n\n");
  backend.tell(": still here or there\n\n");
  place.seconds += 1;
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(await age(), 31);
  backend.tell(": still here\n\n");
  await until(async () => (await age()) === 0, "a confirmation");
  assert.deepEqual(backend.asked, []);
});

test("a confirmation is for what was announced, not for what we still hold", async (context) => {
  const { place, provider, backend } = await following(context);
  backend.mute = true;
  backend.statusOfChanges = 503;
  const token = backend.publish(MORE);
  backend.statusOfEvents = 503;
  place.seconds += 20;
  backend.tell(`${backend.event()}: still here\n\n`);
  await until(() => backend.asked.includes("changes"), "a question");
  const answer = await provider.getVersion();
  assert.deepEqual([answer.source, answer.age, answer.stale], ["memory", 20, true]);
  assert.notEqual(answer.version, token);
});

test("while the newest is still to be announced, the backend is asked and nothing is confirmed", async (context) => {
  const { place, provider, follower, backend } = await following(context);
  backend.mute = true;
  const second = backend.publish(MORE);
  const third = backend.publish(LAST);
  backend.tell(backend.event(second));
  await follower.seen(2);
  assert.equal(follower.versions[1], third);
  assert.equal((await provider.getVersion()).source, "network");
  backend.statusOfChanges = 503;
  place.seconds += 20;
  backend.tell(": still here\n\n");
  await new Promise((resolve) => setTimeout(resolve, 50));
  const answer = await provider.getVersion();
  assert.deepEqual([answer.source, answer.age, answer.stale], ["memory", 20, true]);
  backend.tell(`${backend.event()}: still here\n\n`);
  await until(async () => (await provider.getVersion()).age === 0, "a confirmation");
  assert.equal(follower.versions.length, 2);
});

test("confirmations reach the disk, but not each of them", async (context) => {
  const { place, provider, backend } = await following(context);
  assert.equal(place.cache.saves, 1);
  for (const saves of [1, 1, 2, 2]) {
    place.seconds += 20;
    backend.tell(": still here\n\n");
    await until(async () => (await provider.getVersion()).age === 0, "a confirmation");
    await until(() => place.cache.saves >= saves, "a save");
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(place.cache.saves, saves);
  }
});

test("an event for what we have, or of another kind, changes nothing", async (context) => {
  const { follower, backend } = await following(context);
  backend.tell(`${backend.event()}event: other\nid: x\ndata: x\n\n`);
  backend.publish(MORE);
  await follower.seen(2);
  assert.deepEqual(backend.asked, ["changes"]);
});

test("a slow save of an older release does not come to lie upon a newer one", async (context) => {
  const { place, follower, backend } = await following(context);
  const begun: string[] = [];
  place.cache.save = async (text) => {
    begun.push(text);
    if (begun.length === 1) await new Promise((resolve) => setTimeout(resolve, 100));
    place.cache.text = text;
  };
  place.seconds += 60;
  backend.tell(": still here\n\n");
  await until(() => begun.length === 1, "a slow save");
  const second = backend.publish(MORE);
  await follower.seen(2);
  await until(() => begun.length === 2, "another save");
  await new Promise((resolve) => setTimeout(resolve, 150));
  assert.ok(place.cache.text?.includes(second));
});

test("two followers share one stream, which ends with the last", async (context) => {
  const { provider, follower, backend } = await following(context);
  const other = new Follower(provider, context);
  await other.seen(1);
  backend.publish(MORE);
  await Promise.all([follower.seen(2), other.seen(2)]);
  assert.equal(backend.lastEventIds.length, 1);
  follower.stop.abort();
  assert.equal(await follower.ended, "ended");
  backend.publish(LAST);
  await other.seen(3);
  other.stop.abort();
  await until(() => backend.streams.size === 0, "the end of the stream");
  assert.equal((await provider.getVersion()).source, "network");
  const third = new Follower(provider, context);
  await third.seen(1);
  await opened(backend, 2);
});

test("who has left is told nothing more", async () => {
  const left: string[] = [];
  const [keeper, news] = [{ held: null, listen: () => () => left.push("the keeper") }, { join: () => () => {} }];
  const refreshed = () => Promise.reject(new BackendUnavailable("away"));
  const parts = { keeper: { ...keeper, refreshed }, news, packaged: null, maxAge: 0, now: () => 0 };
  await assert.rejects(new RemoteProvider(parts as unknown as Parts).follow().next());
  assert.deepEqual(left, ["the keeper"]);
});

test("who breaks off closes the connection", async (context) => {
  const place = await placeOf(context);
  for await (const _ of place.provider().follow()) {
    await until(() => place.backend.streams.size === 1, "a stream");
    break;
  }
  await until(() => place.backend.streams.size === 0, "the end of the stream");
});

test("a slow taker misses nothing, and memory is as new as if it were fast", async (context) => {
  const place = await placeOf(context);
  const provider = place.provider();
  const answers = provider.follow();
  context.after(() => answers.return());
  const wanted = [(await answers.next()).value?.version];
  for (const tables of [MORE, LAST]) {
    await until(() => place.backend.streams.size === 1, "a stream");
    wanted.push(place.backend.publish(tables));
    await until(async () => (await provider.getVersion()).version === place.backend.token, "the news");
  }
  const found = [wanted[0]];
  for (const _ of [1, 2]) found.push((await answers.next()).value?.version);
  assert.deepEqual(found, wanted);
});

test("a signal that was aborted before, or while the first answer is fetched, ends it", async (context) => {
  const place = await placeOf(context);
  const before = AbortSignal.abort();
  assert.equal((await place.provider().follow({ signal: before }).next()).done, true);
  const local = createReferenceProvider({ snapshot: place.packaged });
  assert.equal((await local.follow({ signal: before }).next()).done, true);
  assert.deepEqual(place.backend.asked, []);
  const stop = new AbortController();
  place.backend.gate = new Promise(() => {});
  const answers = place.provider().follow({ signal: stop.signal });
  const first = answers.next();
  await until(() => place.backend.asked.length === 1, "a question");
  stop.abort();
  assert.equal((await first).done, true);
});

test("without a backend it yields once and ends", async (context) => {
  const place = await placeOf(context);
  const follower = new Follower(place.provider({ useBackend: false, snapshot: place.packaged }), context);
  assert.equal(await follower.ended, "ended");
  assert.deepEqual(follower.answers.map((answer) => answer.source), ["packaged"]);
});

test("without any first answer it throws what getVersion would", async (context) => {
  const place = await placeOf(context);
  const follower = new Follower(place.provider({ url: NOBODY }), context);
  assert.ok((await follower.ended) instanceof BackendUnavailable);
});

test("another schema ends it, and memory does not answer afterwards", async (context) => {
  const { provider, follower, backend } = await following(context);
  backend.schema = 2;
  backend.publish(MORE);
  assert.ok((await follower.ended) instanceof SchemaMismatch);
  await until(() => backend.streams.size === 0, "the end of the stream");
  await assert.rejects(provider.getVersion(), SchemaMismatch);
});
