/** Somebody who follows, and what there is to follow. */

import type { TestContext } from "node:test";

import type { Answer, ReferenceDataProvider, Version } from "../src/index.ts";
import { placeOf, until, type Place } from "./place.ts";

/** Somebody who takes every answer at once. */
export class Follower {
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
export async function following(context: TestContext, prepare: (place: Place) => void = () => {}) {
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
export const opened = (backend: { lastEventIds: unknown[] }, count: number) =>
  until(() => backend.lastEventIds.length >= count, `${count} streams`);
