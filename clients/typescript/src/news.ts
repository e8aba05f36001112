/** Hearing from the backend that there is a new release, for as long as somebody wants to know. */

import type { Backend } from "./backend.ts";
import { BackendUnavailable, SchemaMismatch } from "./errors.ts";
import type { Keeper } from "./keeper.ts";
import type { Outside } from "./outside.ts";
import { Pace } from "./pace.ts";
import { EventParser, type Said } from "./sse.ts";

/** Seconds after which a silent stream is dead; the backend says something every 15. */
export const SILENCE = 35;

const CONFIRMATION = "still here";

/** Told when the following is at an end, and why. */
export type Ended = (error: SchemaMismatch) => void;

/** One stream for all who follow a provider, open while there are any. */
export class News {
  readonly #backend: Backend;
  readonly #keeper: Keeper;
  readonly #outside: Outside;
  readonly #members = new Set<Ended>();
  #running: AbortController | null = null;
  /** The newest token that the stream knows of; what it has not announced has not changed. */
  #announced: string | null = null;
  #heardAt: number | null = null;
  #pace: Pace;

  constructor(backend: Backend, keeper: Keeper, outside: Outside) {
    this.#backend = backend;
    this.#keeper = keeper;
    this.#outside = outside;
    this.#pace = new Pace(outside.random);
  }

  /** Keep the stream open; returns what ends that. */
  join(ended: Ended): () => void {
    this.#members.add(ended);
    if (this.#running === null) {
      this.#running = new AbortController();
      void this.#run(this.#running.signal);
    }
    return () => {
      this.#members.delete(ended);
      if (this.#members.size === 0) this.#stop();
    };
  }

  /** Does a living stream know of nothing newer than `token`? */
  confirms(token: string): boolean {
    if (this.#heardAt === null || this.#announced !== token) return false;
    // Timers stand still while a device sleeps, the clock does not; set back, it proves nothing.
    const silent = this.#outside.now() - this.#heardAt;
    return silent >= 0 && silent < SILENCE;
  }

  #stop(): void {
    this.#running?.abort();
    this.#running = null;
    this.#heardAt = null;
  }

  async #run(signal: AbortSignal): Promise<void> {
    this.#pace = new Pace(this.#outside.random);
    while (!signal.aborted) {
      const failure = await this.#connection(signal);
      if (signal.aborted) return;
      this.#heardAt = null;
      if (failure instanceof SchemaMismatch) return this.#end(failure);
      const asked = failure instanceof BackendUnavailable ? (failure.retryAfter ?? 0) : 0;
      await this.#outside.sleep(this.#pace.next(asked), signal);
    }
  }

  /** Listen until the stream ends; returns what ended it, undefined if the backend did properly. */
  async #connection(signal: AbortSignal): Promise<unknown> {
    const own = new AbortController();
    const stop = () => own.abort();
    signal.addEventListener("abort", stop, { once: true });
    try {
      await this.#listen(own);
      if (this.#heardAt !== null) this.#pace.worked();
      return undefined;
    } catch (error) {
      return error;
    } finally {
      signal.removeEventListener("abort", stop);
      own.abort();
    }
  }

  async #listen(own: AbortController): Promise<void> {
    const known = this.#token();
    const reader = (await this.#backend.events(known, own.signal)).getReader();
    this.#announced = known;
    const parser = new EventParser();
    for (;;) {
      const { done, value } = await this.#inTime(reader.read(), own);
      if (done || own.signal.aborted) return;
      this.#heardAt = this.#outside.now();
      for (const said of parser.push(value)) await this.#hear(said, own.signal);
    }
  }

  async #inTime<Value>(reading: Promise<Value>, own: AbortController): Promise<Value> {
    const heard = new AbortController();
    void this.#outside.sleep(SILENCE, heard.signal).then((over) => over && own.abort());
    try {
      return await reading;
    } finally {
      heard.abort();
    }
  }

  /** A `retry` alone does not show that a stream works; whatever else it says, and we can use, does. */
  async #hear(said: Said, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    if (said.kind === "retry") {
      this.#pace.retryAfter(said.seconds);
      return;
    }
    if (said.kind === "event" && said.event === "release") await this.#follow(said.id);
    if (said.kind === "comment" && said.text === CONFIRMATION && this.#announced !== null) {
      this.#keeper.confirm(this.#announced);
    }
    this.#pace.worked();
  }

  /** Fetch what was announced. A refresh that was under way may have asked too early: then once more. */
  async #follow(token: string): Promise<void> {
    this.#announced = token;
    const before = this.#token();
    const isBehind = () => this.#token() === before && before !== token;
    for (let attempt = 0; attempt < 2 && isBehind(); attempt++) await this.#keeper.refreshed();
    if (isBehind()) throw new BackendUnavailable("the backend announced a release that it does not have");
  }

  #token(): string | null {
    return this.#keeper.held?.release.token ?? null;
  }

  #end(error: SchemaMismatch): void {
    this.#stop();
    for (const ended of this.#members) ended(error);
    this.#members.clear();
  }
}
