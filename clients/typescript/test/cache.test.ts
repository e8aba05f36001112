import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";

import { sealed, unsealed } from "../src/cache.ts";
import { NotIntact } from "../src/errors.ts";
import { decodeUtf8 } from "../src/json.ts";
import { fileCache } from "../src/node.ts";
import { platform } from "../src/outside.ts";
import { parseBootstrap } from "../src/release.ts";
import { bootstrap, sha256, TAGS } from "./fake.ts";

const URL = "http://backend";
const release = await parseBootstrap(bootstrap(TAGS, "e.1"), platform.sha256);
const good = await sealed({ release, verifiedAt: 1234.5 }, URL, platform.sha256);

/** Read bytes as the file cache and the keeper do. */
async function read(bytes: Uint8Array, url = URL) {
  try {
    return await unsealed(decodeUtf8(bytes), url, platform.sha256);
  } catch (error) {
    if (error instanceof NotIntact) return null; // the file cache gives null for what is no UTF-8
    throw error;
  }
}

async function folder(context: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "wildside-"));
  context.after(() => rm(path, { recursive: true, force: true }));
  return path;
}

test("what was saved is loaded", async () => {
  assert.deepEqual(await read(Buffer.from(good)), { release, verifiedAt: 1234.5 });
});

test("every truncation is nothing", async () => {
  const bytes = Buffer.from(good);
  for (let size = 0; size < bytes.length; size++) assert.equal(await read(bytes.subarray(0, size)), null);
});

test("every flipped bit is nothing", async () => {
  const bytes = Buffer.from(good);
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const flipped = Buffer.from(bytes);
    flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    assert.equal(await read(flipped), null, `bit ${bit}`);
  }
});

/** With a digest that is right, so that only what it seals is wrong. */
function resealed(edit: (body: string) => string): Buffer {
  const body = edit(good.slice(good.indexOf("\n") + 1));
  return Buffer.from(`wildside-reference-cache 1 ${sha256(body)}\n${body}`);
}

test("a seal alone makes nothing true", async () => {
  const edits: ((body: string) => string)[] = [
    (body) => body.replace('"schemaVersion":1', '"schemaVersion":2'),
    (body) => body.replace("coffee", "coffin"),
    (body) => body.replace("1234.5", '"1234.5"'),
    (body) => body.replace(/^.*\n/, "[]\n"),
    (body) => body.replace("\n", " "),
    () => "",
  ];
  assert.notEqual(await read(resealed((body) => body)), null);
  for (const edit of edits) assert.equal(await read(resealed(edit)), null, edit.toString());
});

test("another backend's cache, and a later format, are nothing", async () => {
  assert.equal(await read(Buffer.from(good), "http://other"), null);
  assert.equal(await read(Buffer.from(good.replace("cache 1 ", "cache 2 "))), null);
  assert.equal(await read(Buffer.concat([Buffer.from("\ufeff"), Buffer.from(good)])), null);
});

test("a file is replaced as a whole, and made in a folder that is not there yet", async (context) => {
  const path = join(await folder(context), "a", "b", "reference");
  const cache = fileCache(path);
  assert.equal(await cache.load(), null);
  await cache.save(good);
  const first = await stat(path);
  await cache.save(`${good} `);
  assert.notEqual((await stat(path)).ino, first.ino);
  assert.equal(await cache.load(), `${good} `);
  assert.deepEqual(await readdir(join(path, "..")), ["reference"]);
});

test("a save that fails leaves the old file and nothing else", async (context) => {
  const place = await folder(context);
  const path = join(place, "reference");
  await fileCache(path).save(good);
  await assert.rejects(fileCache(path).save(undefined as unknown as string));
  await assert.rejects(fileCache(join(path, "x")).save(good));
  assert.equal(await readFile(path, "utf8"), good);
  assert.deepEqual(await readdir(place), ["reference"]);
});

test("what is no text file of ours is nothing", async (context) => {
  const place = await folder(context);
  assert.equal(await fileCache(place).load(), null);
  await writeFile(join(place, "bytes"), Buffer.of(0xff, 0xfe));
  assert.equal(await fileCache(join(place, "bytes")).load(), null);
});

test("what killed processes left is removed, what is young is not", async (context) => {
  const place = await folder(context);
  for (const name of [".reference.old.tmp", ".reference.young.tmp", ".other.old.tmp"]) {
    await writeFile(join(place, name), "");
    if (name.includes("old")) await utimes(join(place, name), 1, 1);
  }
  await fileCache(join(place, "reference")).save(good);
  assert.deepEqual((await readdir(place)).sort(), [".other.old.tmp", ".reference.young.tmp", "reference"]);
});
