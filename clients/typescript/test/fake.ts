/** A small backend: the contract of /api/v1/reference, written apart from the client's code. */

import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type Rows = Record<string, unknown>[];
export type Tables = Record<string, Rows>;

export const MOMENT = "2026-01-01T00:00:00.000000Z";
export const TAGS: Tables = {
  rules: [{ kind: "a", number: 1, weight: 0.5 }],
  tags: [
    { slug: "coffee", sortOrder: 10, label: { en: "Café" } },
    { slug: "views", sortOrder: 20 },
  ],
};
export const MORE: Tables = { ...TAGS, tags: [{ slug: "art", sortOrder: 5 }, ...(TAGS["tags"] ?? [])] };

/** Canonical for what the tests publish: names in ASCII, numbers that JavaScript writes alike. */
export function dumps(value: unknown): string {
  return JSON.stringify(value, (_, found: unknown) =>
    typeof found === "object" && found !== null && !Array.isArray(found)
      ? Object.fromEntries(Object.entries(found).sort(([a], [b]) => (a < b ? -1 : 1)))
      : found,
  );
}

export function sha256(text: string | Buffer): string {
  return createHash("sha256").update(text).digest("hex");
}

export function tokenOf(place: string, tables: Tables): string {
  return `${place}-${sha256(dumps(tables)).slice(0, 16)}`;
}

export function bootstrap(tables: Tables, place: string, schemaVersion = 1): string {
  const digests = Object.fromEntries(Object.entries(tables).map(([name, rows]) => [name, sha256(dumps(rows))]));
  const referenceVersion = tokenOf(place, tables);
  return dumps({ schemaVersion, referenceVersion, generatedAt: MOMENT, digests, tables });
}

interface Document {
  mode: string;
  from: string;
  to: string;
  tables: Record<string, Record<string, unknown> | null>;
  [name: string]: unknown;
}

/** Every changed table with all of its rows as upserts, and every key that is gone. */
function changes(since: string, old: Tables, token: string, now: Tables, schemaVersion: number): Document {
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])].sort();
  const changed = names.filter((name) => dumps(old[name] ?? null) !== dumps(now[name] ?? null));
  const tables = Object.fromEntries(
    changed.map((name) => {
      const key = name === "tags" ? ["slug"] : ["kind", "number"];
      const order = name === "tags" ? ["sortOrder", "slug"] : key;
      const keyOf = (row: Record<string, unknown>) => key.map((part) => row[part]);
      const [before, rows] = [old[name] ?? [], now[name]];
      const kept = new Set((rows ?? []).map((row) => dumps(keyOf(row))));
      const removals = before.map(keyOf).filter((one) => !kept.has(dumps(one)));
      if (!rows) return [name, null];
      return [name, { key, order, upserts: rows, removals, renames: [], digest: sha256(dumps(rows)) }];
    }),
  );
  const mode = since === token ? "none" : "delta";
  return { mode, from: since, to: token, schemaVersion, generatedAt: MOMENT, order: Object.keys(tables), tables };
}

/** Releases in a row, and everything that can go wrong with them on the way. */
export class FakeBackend {
  readonly releases = new Map<string, Tables>();
  readonly asked: string[] = [];
  readonly lastEventIds: (string | undefined)[] = [];
  readonly streams = new Set<ServerResponse>();
  readonly server: Server;
  token = "";
  schema = 1;
  status = 200;
  headers: Record<string, string> = {};
  statusOfChanges = 200;
  statusOfEvents = 200;
  reprDigest = true;
  gate: Promise<void> = Promise.resolve();
  greeting = "retry: 1000\n\n";
  /** What becomes of a stream after the greeting. */
  parting: "stays" | "ends" | "breaks" = "stays";
  /** Says nothing by itself when a stream begins or a release is published. */
  mute = false;
  editBootstrap: (body: string) => string | Buffer = (body) => body;
  editChanges: (document: Document) => unknown = (document) => document;
  send: (response: ServerResponse, content: Buffer) => void = (response, content) => response.end(content);

  constructor() {
    this.server = createServer((request, response) => void this.#answer(request, response));
    this.publish(TAGS);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get tables(): Tables {
    return this.releases.get(this.token) ?? {};
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return this;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }

  publish(tables: Tables): string {
    this.token = tokenOf(`epoch.${this.releases.size + 1}`, tables);
    this.releases.set(this.token, structuredClone(tables));
    if (!this.mute) this.tell();
    return this.token;
  }

  /** Say something to all who listen: by default that there is this release. */
  tell(text = this.event()): void {
    for (const stream of this.streams) stream.write(text);
  }

  event(token = this.token): string {
    return `id: ${token}\nevent: release\ndata: ${dumps({ referenceVersion: token })}\n\n`;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://fake");
    const path = url.pathname.split("/api/v1/reference/")[1] ?? "";
    this.asked.push(path);
    if (path === "events" && this.statusOfEvents === 200) return this.#stream(request, response);
    await this.gate;
    const [status, body] = this.#content(path, url.searchParams.get("since") ?? "");
    const content = Buffer.from(body);
    if (this.reprDigest) {
      const digest = createHash("sha256").update(content).digest("base64");
      response.setHeader("Repr-Digest", `sha-256=:${digest}:`);
    }
    response.statusCode = status;
    for (const [name, value] of Object.entries(this.headers)) response.setHeader(name, value);
    this.send(response, content);
  }

  #content(path: string, since: string): [number, string | Buffer] {
    if (this.status !== 200) return [this.status, "{}"];
    if (path === "bootstrap") {
      return [200, this.editBootstrap(bootstrap(this.tables, this.token.split("-")[0] ?? "", this.schema))];
    }
    if (path !== "changes") return [path === "events" ? this.statusOfEvents : 404, "{}"];
    if (this.statusOfChanges !== 200) return [this.statusOfChanges, "{}"];
    const old = this.releases.get(since) ?? {};
    const document = changes(since, old, this.token, this.tables, this.schema);
    return [200, dumps(this.editChanges(document) ?? document)];
  }

  #stream(request: IncomingMessage, response: ServerResponse): void {
    const known = request.headers["last-event-id"] as string | undefined;
    this.lastEventIds.push(known);
    this.streams.add(response);
    response.on("close", () => this.streams.delete(response));
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    response.write(this.greeting);
    if (this.parting === "ends") return void response.end();
    if (this.parting === "breaks") return void setTimeout(() => response.destroy(), 5);
    if (!this.mute && known !== this.token) response.write(this.event());
  }
}
