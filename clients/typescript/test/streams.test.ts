/** Following a backend whose streams break: when they are opened again, and that nothing is lost. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { Pace } from "../src/pace.ts";
import { MORE } from "./fake.ts";
import { Follower, following, opened } from "./follower.ts";
import { placeOf, until } from "./place.ts";

test("a stream that is silent for 35 s is dead", async (context) => {
  const { place, provider, backend } = await following(context, (one) => {
    [one.speed, one.silenceKills] = [100, true];
  });
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

test("what was packaged and is the newest after all is no news", async (context) => {
  const place = await placeOf(context);
  [place.speed, place.backend.statusOfEvents] = [100, 503];
  const snapshot = await (await fetch(`${place.backend.url}/api/v1/reference/bootstrap`)).text();
  place.offline();
  const provider = place.provider({ snapshot });
  const follower = new Follower(provider, context);
  await follower.seen(1);
  [place.backend.status, place.backend.statusOfEvents] = [200, 200];
  await until(async () => (await provider.getVersion()).source === "memory", "a living stream");
  place.backend.publish(MORE);
  await follower.seen(2);
  assert.equal(follower.versions[1], place.backend.token);
});

test("a stream that only says when to come back proves nothing if it breaks, unlike one that ends", async (context) => {
  for (const [parting, wanted] of [["breaks", [2, 4, 8]], ["ends", [2, 2, 2]]] as const) {
    const place = await placeOf(context);
    place.speed = 1000;
    Object.assign(place.backend, { parting, greeting: "retry: 2000\n\n" });
    new Follower(place.provider(), context);
    await opened(place.backend, 4);
    assert.deepEqual(place.waits.filter((seconds) => ![20, 35].includes(seconds)).slice(0, 3), wanted, parting);
  }
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
