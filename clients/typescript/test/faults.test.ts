/** A backend that is slow, endless, cut off or absurd. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { ServerResponse } from "node:http";
import { test } from "node:test";
import { gzipSync } from "node:zlib";

import { LARGEST } from "../src/body.ts";
import { BackendUnavailable, Refused } from "../src/index.ts";
import { placeOf, type Place } from "./place.ts";

async function failure(place: Place, outside = {}): Promise<BackendUnavailable> {
  const error: unknown = await place.provider({ timeoutSeconds: 5 }, outside).getVersion().then(
    () => null,
    (found: unknown) => found,
  );
  assert.ok(error instanceof BackendUnavailable, String(error));
  assert.equal(place.cache.text, null);
  return error;
}

for (const [status, refused] of [
  [204, false], [301, false], [304, false], [400, true], [404, true], [408, false], [410, true], [425, false],
  [429, false], [500, false], [503, false],
] as const) {
  test(`${status} is ${refused ? "a refusal" : "no answer"}`, async (context) => {
    const place = await placeOf(context);
    place.backend.status = status;
    place.backend.headers = { "Retry-After": "11", Location: "/elsewhere" };
    const error = await failure(place);
    assert.equal(error instanceof Refused, refused);
    assert.equal(error.retryAfter, refused ? null : 11);
    assert.match(error.message, new RegExp(`the backend answered ${status}`));
    assert.equal(place.backend.asked.length, 1);
  });
}

test("a Retry-After that is no number is none", async (context) => {
  const place = await placeOf(context);
  place.offline();
  place.backend.headers = { "Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT" };
  assert.equal((await failure(place)).retryAfter, null);
});

test("a damaged bootstrap is no answer", async (context) => {
  for (const edit of [(body: string) => body.replace("coffee", "coffin"), () => "", () => "\ufeff{}"]) {
    const place = await placeOf(context);
    place.backend.editBootstrap = edit;
    assert.match((await failure(place)).message, /damaged/);
  }
});

test("bytes that are no UTF-8 are no answer", async (context) => {
  const place = await placeOf(context);
  place.backend.editBootstrap = (body) => Buffer.concat([Buffer.from(body.slice(0, -1)), Buffer.of(0xff, 0x7d)]);
  assert.match((await failure(place)).message, /damaged: the bytes are not UTF-8/);
});

test("a bootstrap without Repr-Digest, or with another, is no answer", async (context) => {
  const place = await placeOf(context);
  place.backend.reprDigest = false;
  assert.match((await failure(place)).message, /without a Repr-Digest/);
  const wrong = "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:";
  place.backend.headers = { "Repr-Digest": wrong };
  assert.match((await failure(place)).message, /not what Repr-Digest says/);
  place.backend.headers = { "Repr-Digest": wrong, "Content-Encoding": "identity" };
  assert.match((await failure(place)).message, /not what Repr-Digest says/);
});

test("packed bytes, which nobody asked for, have the digests of their tables", async (context) => {
  const place = await placeOf(context);
  place.backend.send = (response, content) => {
    const [packed, digest] = [gzipSync(content), createHash("sha256")];
    response.setHeader("Content-Encoding", "gzip");
    response.setHeader("Repr-Digest", `sha-256=:${digest.update(packed).digest("base64")}:`);
    response.end(packed);
  };
  assert.equal((await place.provider().getVersion()).source, "network");
  const other = await placeOf(context);
  other.backend.headers = { "Content-Encoding": "gzip" };
  other.backend.send = (response, content) => response.end(gzipSync(content));
  other.backend.editBootstrap = (body) => body.replace("coffee", "coffin");
  assert.match((await failure(other)).message, /damaged: tags is not what its digest says/);
});

const CUTS: Record<string, (response: ServerResponse, content: Buffer) => void> = {
  "of a known length": (response, content) => {
    response.setHeader("Content-Length", content.length);
    response.write(content.subarray(0, -1), () => response.destroy());
  },
  "in chunks": (response, content) => response.write(content.subarray(0, -1), () => response.destroy()),
  "before it began": (response) => response.destroy(),
};

for (const [how, cut] of Object.entries(CUTS)) {
  test(`a body ${how} that is cut off is no answer`, async (context) => {
    const place = await placeOf(context);
    place.backend.send = cut;
    assert.match((await failure(place)).message, /cannot be reached/);
  });
}

test("changes that are cut off are no answer, and no reason to take all", async (context) => {
  const place = await placeOf(context);
  const provider = place.provider();
  await provider.getVersion();
  place.backend.send = (response, content) => response.write(content.subarray(0, -1), () => response.destroy());
  const answer = await provider.getVersion();
  assert.deepEqual([answer.source, answer.stale], ["memory", true]);
  assert.deepEqual(place.backend.asked, ["bootstrap", "changes"]);
});

test("a backend that does not begin in time is no answer", async (context) => {
  const place = await placeOf(context);
  place.speed = 100;
  place.backend.gate = new Promise(() => {});
  assert.match((await failure(place)).message, /did not answer within 5 s/);
  assert.deepEqual(place.waits, [5]);
});

test("a body that comes byte by byte is not read for ever", async (context) => {
  const place = await placeOf(context);
  place.speed = 25;
  let closed = false;
  place.backend.send = (response) => {
    const drip = setInterval(() => response.write(" "), 5);
    response.on("close", () => ((closed = true), clearInterval(drip)));
  };
  assert.match((await failure(place)).message, /did not answer within 5 s/);
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.ok(closed);
});

test("too much is not read", async (context) => {
  const place = await placeOf(context);
  const megabyte = Buffer.alloc(1024 * 1024, " ");
  let sent = 0;
  place.backend.send = (response) => {
    const more = () => {
      while (!response.destroyed && sent < 2 * LARGEST) {
        sent += megabyte.length;
        if (!response.write(megabyte)) return response.once("drain", more);
      }
      return response.end();
    };
    more();
  };
  assert.match((await failure(place)).message, /more than 67108864 bytes/);
  assert.ok(sent < 2 * LARGEST);
});

test("a fetch without streams gives what it has, within the same limit", async (context) => {
  const place = await placeOf(context);
  const bare = async (...request: Parameters<typeof fetch>) => {
    const response = await fetch(...request);
    Object.defineProperty(response, "body", { value: undefined });
    return response;
  };
  assert.equal((await place.provider({ cache: null }, { fetch: bare }).getVersion()).source, "network");
});

test("a platform that drops Accept-Encoding cannot check Repr-Digest", async (context) => {
  const place = await placeOf(context);
  place.backend.reprDigest = false;
  const RequestOfNode = globalThis.Request;
  context.after(() => (globalThis.Request = RequestOfNode));
  globalThis.Request = class extends RequestOfNode {
    override get headers() {
      return new Headers();
    }
  };
  assert.equal((await place.provider().getVersion()).source, "network");
});
