/** Asking the backend over HTTP. */

import { bodyOf, checkDigest, failureOf } from "./body.ts";
import { BackendUnavailable, ReferenceDataError, reasonOf } from "./errors.ts";
import { decodeUtf8 } from "./json.ts";
import type { Outside } from "./outside.ts";

const PATH = "/api/v1/reference";

/**
 * The reference endpoints of the backend at `url`; `timeout` is for a whole request, in seconds.
 *
 * Each method rejects with BackendUnavailable when there is no answer, Refused when it is a 4xx,
 * and NotIntact when the bytes are not those that were sent.
 */
export class Backend {
  readonly #base: string;
  readonly #timeout: number;
  readonly #outside: Outside;

  constructor(url: string, timeout: number, outside: Outside) {
    this.#base = url.replace(/\/+$/, "") + PATH;
    this.#timeout = timeout;
    this.#outside = outside;
  }

  /** Fetch /bootstrap, as text. */
  bootstrap(): Promise<string> {
    return this.#text("/bootstrap");
  }

  /** Fetch /changes since a token, as text. */
  changes(since: string): Promise<string> {
    return this.#text(`/changes?since=${encodeURIComponent(since)}`);
  }

  /**
   * Open the stream of /events, which goes on until `signal` is aborted; `since` is the token that
   * we have. Only its headers must come in time.
   */
  async events(since: string | null, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    const headers = { accept: "text/event-stream", ...(since === null ? {} : { "last-event-id": since }) };
    return this.#inTime(signal, async (own) => {
      const response = await this.#asked("/events", headers, own);
      const type = response.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
      if (type !== "text/event-stream") throw new BackendUnavailable(`the events are ${type ?? "untyped"}`);
      if (!response.body) throw new BackendUnavailable("this platform's fetch has no streams");
      return response.body;
    });
  }

  #text(path: string): Promise<string> {
    return this.#inTime(null, async (signal) => {
      // Packed bytes are unpacked before we see them, and Repr-Digest is over the packed ones. Where
      // a platform drops this header, as browsers do, the digests in the payload must suffice.
      const headers = { accept: "application/json", "accept-encoding": "identity" };
      const response = await this.#asked(path, headers, signal);
      const content = await bodyOf(response);
      const kept = new Request(this.#base, { headers }).headers.has("accept-encoding");
      if (kept) await checkDigest(response, content, this.#outside.sha256);
      return decodeUtf8(content);
    });
  }

  async #asked(path: string, headers: Record<string, string>, signal: AbortSignal): Promise<Response> {
    const response = await this.#outside.fetch(this.#base + path, {
      headers,
      signal,
      cache: "no-store", // what we keep is verified; a browser's cache is not
      credentials: "omit",
      redirect: "manual",
    });
    if (response.status === 200) return response;
    await response.body?.cancel().catch(() => undefined);
    throw failureOf(response);
  }

  /** Do something that ends when time is up, or with `outer`; other errors become BackendUnavailable. */
  async #inTime<Value>(outer: AbortSignal | null, work: (signal: AbortSignal) => Promise<Value>): Promise<Value> {
    const [request, done] = [new AbortController(), new AbortController()];
    const late = new BackendUnavailable(`the backend did not answer within ${this.#timeout} s`);
    const stop = () => request.abort(outer?.reason); // also later: a stream's body ends with its request
    void this.#outside.sleep(this.#timeout, done.signal).then((over) => over && request.abort(late));
    outer?.addEventListener("abort", stop, { once: true });
    if (outer?.aborted) stop();
    try {
      return await work(request.signal);
    } catch (error) {
      if (request.signal.reason === late) throw late;
      if (error instanceof ReferenceDataError) throw error;
      throw new BackendUnavailable(`the backend cannot be reached: ${causeOf(error)}`, null, error);
    } finally {
      done.abort();
    }
  }
}

/** fetch says only "fetch failed"; why is in its cause. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause === undefined ? reasonOf(error) : `${reasonOf(error)}: ${reasonOf(cause)}`;
}
