/** A cache in a file, for programs that run in node. The rest of the package needs no node. */

import { randomUUID } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, stat, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import type { Cache } from "./cache.ts";
import { decodeUtf8 } from "./json.ts";

const LARGEST = 256 * 1024 * 1024; // bytes
const ABANDONED_AFTER = 3600; // seconds

/** Keep the newest release in the file `path`; its folder is made when needed. */
export function fileCache(path: string): Cache {
  return { load: () => load(path), save: (text) => save(path, text) };
}

async function load(path: string): Promise<string | null> {
  try {
    // A pipe would keep us waiting for ever, and nothing of ours is this large.
    const found = await stat(path);
    return found.isFile() && found.size <= LARGEST ? decodeUtf8(await readFile(path)) : null;
  } catch {
    return null;
  }
}

/** Replace the file so that a reader, or a power failure, sees the old one or the new one. */
async function save(path: string, text: string): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true });
  await sweep(path);
  const fresh = join(folder, `${prefixOf(path)}${randomUUID()}.tmp`);
  try {
    await write(fresh, text);
    await rename(fresh, path);
  } catch (error) {
    await unlink(fresh).catch(() => undefined);
    throw error;
  }
  await syncFolder(folder);
}

async function write(path: string, text: string): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Make the new name survive a power failure too; where folders cannot be opened, it cannot. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => null);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

/** Remove what killed processes left; a young file may be another's at work. */
async function sweep(path: string): Promise<void> {
  for (const name of await readdir(dirname(path))) {
    if (!name.startsWith(prefixOf(path)) || !name.endsWith(".tmp")) continue;
    const left = join(dirname(path), name);
    const written = (await stat(left).catch(() => null))?.mtimeMs ?? Infinity;
    if (Date.now() - written > ABANDONED_AFTER * 1000) await unlink(left).catch(() => undefined);
  }
}

function prefixOf(path: string): string {
  return `.${basename(path)}.`;
}
