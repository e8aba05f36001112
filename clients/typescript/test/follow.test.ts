/** Following a backend: what is heard, what is asked, and what becomes of broken streams. */

import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";

import {
  BackendUnavailable,
  createReferenceProvider,
  SchemaMismatch,
  type Answer,
  type ReferenceDataProvider,
  type Version,
} from "../src/index.ts";
import { Pace } from "../src/pace.ts";
import { MORE, TAGS, type Tables } from "./fake.ts";
import { NOBODY, placeOf, until, type Place } from "./place.ts";

const LAST: Tables = { ...TAGS, tags: [] };

/** Somebody who takes every answer at once. */
class Follower {
  readonly versions: string[] = [];
  readonly answers: Answer<Version>[] = [];
  readonly stop = new AbortController();
  readonly ended: Promise<unknown>;

  constructor(provider: ReferenceDataProvider, context: TestContext) {
    this.ended = this.#run(provider);
    context.after(() => (this.stop.abort(), this.ended));
  }

  async #run(provider: ReferenceDataProvider): Promise<unknown> {
    try {
      for await (const answer of provider.follow({ signal: this.stop.signal })) {
        this.versions.push(answer.version);
        this.answers.push(answer);
      }
      return "ended";
    } catch (error) {
      return error;
    }
  }

  seen(count: number): Promise<void> {
    return until(() => this.versions.length >= count, `${count} answers`);
  }
}

/** A follower whose stream has been opened. */
async function following(context: TestContext, prepare: (place: Place) => void = () => {}) {
  const place = await placeOf(context);
  prepare(place);
  const provider = place.provider({ snapshot: place.packaged });
  const follower = new Follower(provider, context);
  await follower.seen(1);
  await until(() => place.backend.streams.size > 0, "a stream");
  await until(async () => (await provider.getVersion()).source === "memory", "a living stream");
  place.backend.asked.length = 0;
  return { place, provider, follower, backend: place.backend };
}

/** Wait for the connections that were asked for after the first. */
const opened = (backend: { lastEventIds: unknown[] }, count: number) =>
  until(() => backend.lastEventIds.length >= count, `${count} streams`);

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

test("confirmations reach the disk, but not each of them", async (context) => {
  const { place, backend } = await following(context);
  assert.equal(place.cache.saves, 1);
  for (const saves of [1, 1, 2, 2]) {
    place.seconds += 20;
    backend.tell(": still here\n\n");
    await new Promise((resolve) => setTimeout(resolve, 40));
    assert.equal(place.cache.saves, saves);
  }
});

test("a stream that is silent for 35 s is dead", async (context) => {
  const { place, provider, backend } = await following(context, (one) => (one.speed = 100));
  backend.statusOfEvents = 503;
  await until(() => backend.streams.size === 0, "the end of the stream");
  assert.ok(place.waits.includes(35));
  assert.equal((await provider.getVersion()).source, "network");
});

test("a device that slept does not believe its stream", async (context) => {
  const { place, provider, backend } = await following(context);
  place.seconds += 35;
  assert.equal((await provider.getVersion()).source, "network");
  assert.deepEqual([backend.asked, backend.streams.size], [["changes"], 1]);
  place.seconds -= 3600;
  assert.equal((await provider.getVersion()).source, "network");
});

test("after a break, what was missed comes first", async (context) => {
  const { place, follower, backend } = await following(context, (one) => (one.speed = 20));
  const first = backend.token;
  for (const stream of backend.streams) stream.destroy();
  await until(() => backend.streams.size === 0, "a break");
  const second = backend.publish(MORE);
  await follower.seen(2);
  assert.deepEqual(follower.versions, [first, second]);
  assert.deepEqual(backend.lastEventIds, [first, first]);
  for (const stream of backend.streams) stream.end();
  await opened(backend, 3);
  assert.equal(backend.lastEventIds[2], second);
  assert.equal(follower.versions.length, 2);
  assert.ok(place.waits.includes(1));
});

test("what a call has fetched during a break is told too", async (context) => {
  const { provider, follower, backend } = await following(context);
  backend.statusOfEvents = 503;
  for (const stream of backend.streams) stream.destroy();
  await until(() => backend.streams.size === 0, "a break");
  const second = backend.publish(MORE);
  await provider.getVersion();
  await follower.seen(2);
  assert.equal(follower.versions[1], second);
});

test("the pause is what the backend asked for, doubles while it fails, and begins anew", async (context) => {
  const { place, follower, backend } = await following(context, (one) => {
    one.speed = 1000;
    one.backend.greeting = "retry: 3000\n\n";
  });
  const pauses = () => place.waits.filter((seconds) => ![20, 35].includes(seconds));
  backend.statusOfEvents = 503;
  for (const stream of backend.streams) stream.destroy();
  await until(() => pauses().length >= 6, "six pauses");
  assert.deepEqual(pauses().slice(0, 6), [3, 6, 12, 24, 30, 30]);
  backend.statusOfEvents = 200;
  backend.publish(MORE);
  await follower.seen(2);
  place.waits.length = 0;
  for (const stream of backend.streams) stream.destroy();
  await until(() => pauses().length >= 1, "a pause");
  assert.equal(pauses()[0], 3);
});

test("a pause has jitter and bounds", () => {
  const pauses = (random: number, retry: number) => {
    const pace = new Pace(() => random);
    pace.retryAfter(retry);
    return [pace.next(0), pace.next(0), pace.next(7), pace.next(1e9)];
  };
  assert.deepEqual(pauses(0, 2), [1.5, 3, 7, 30]);
  assert.deepEqual(pauses(0.5, 1e9), [30, 30, 30, 30]);
  assert.deepEqual(pauses(1, 0).slice(0, 2), [0.125, 0.25]);
  assert.equal(new Pace(() => 0.5).next(0), 1);
});

test("a release that cannot be fetched is fetched later", async (context) => {
  const { follower, backend } = await following(context, (one) => (one.speed = 100));
  backend.statusOfChanges = 503;
  const second = backend.publish(MORE);
  await opened(backend, 3);
  assert.equal(follower.versions.length, 1);
  backend.statusOfChanges = 200;
  await follower.seen(2);
  assert.equal(follower.versions[1], second);
});

test("a release that the backend announces but does not have is asked for again", async (context) => {
  const { follower, backend } = await following(context, (one) => (one.speed = 100));
  backend.mute = true;
  backend.tell(backend.event("epoch.9-0000000000000000"));
  await opened(backend, 2);
  assert.deepEqual(backend.asked.slice(0, 3), ["changes", "changes", "events"]);
  assert.equal(follower.versions.length, 1);
});

test("an event for what we have, or of another kind, changes nothing", async (context) => {
  const { follower, backend } = await following(context);
  backend.tell(`${backend.event()}event: other\nid: x\ndata: x\n\n`);
  backend.publish(MORE);
  await follower.seen(2);
  assert.deepEqual(backend.asked, ["changes"]);
});

test("a follower that begins with what was packaged is told what the backend has", async (context) => {
  const place = await placeOf(context);
  place.speed = 100;
  place.offline();
  place.backend.statusOfEvents = 503;
  const follower = new Follower(place.provider({ snapshot: place.packaged }), context);
  await follower.seen(1);
  assert.deepEqual([follower.answers[0]?.source, follower.answers[0]?.stale], ["packaged", true]);
  [place.backend.status, place.backend.statusOfEvents] = [200, 200];
  await follower.seen(2);
  assert.deepEqual([place.backend.lastEventIds[0], follower.versions[1]], [undefined, place.backend.token]);
});

test("a stream that is no stream is opened again", async (context) => {
  const place = await placeOf(context);
  place.speed = 1000;
  const fetched: string[] = [];
  const provider = place.provider({}, {
    fetch: (input, init) => {
      fetched.push(String(input));
      return fetch(String(input).replace("/events", "/changes?since=x"), init);
    },
  });
  const follower = new Follower(provider, context);
  await until(() => fetched.filter((url) => url.endsWith("/events")).length > 3, "attempts");
  assert.equal(follower.versions.length, 1);
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
  assert.deepEqual([wanted[0], (await answers.next()).value?.version, (await answers.next()).value?.version], wanted);
});

test("a signal that was aborted before, or while the first answer is fetched, ends it", async (context) => {
  const place = await placeOf(context);
  const before = AbortSignal.abort();
  assert.equal((await place.provider().follow({ signal: before }).next()).done, true);
  assert.equal((await createReferenceProvider({ snapshot: place.packaged }).follow({ signal: before }).next()).done, true);
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
