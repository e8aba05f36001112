/** A backend, a cache in memory, and a world that only tests move. */

import type { TestContext } from "node:test";

import { createReferenceProvider, type Cache, type ClientConfig, type Outside } from "../src/index.ts";
import { platform } from "../src/outside.ts";
import { FakeBackend, bootstrap, TAGS } from "./fake.ts";

export const NOBODY = "http://127.0.0.1:1";

/** A cache that a test can look into. */
export class MemoryCache implements Cache {
  text: string | null = null;
  saves = 0;

  load(): Promise<string | null> {
    return Promise.resolve(this.text);
  }

  save(text: string): Promise<void> {
    this.text = text;
    this.saves += 1;
    return Promise.resolve();
  }
}

export class Place {
  readonly backend = new FakeBackend();
  readonly cache = new MemoryCache();
  readonly warnings: string[] = [];
  /** Every wait that was begun, in seconds. */
  readonly waits: number[] = [];
  seconds = 1_800_000_000;
  /** How much faster than the real one this world's timers are. */
  speed = 1;
  /** Does a silent stream die? If not, whatever ends it is something else. */
  silenceKills = false;

  readonly outside: Partial<Outside> = {
    now: () => this.seconds,
    random: () => 0.5,
    warn: (message) => this.warnings.push(message),
    sleep: (seconds, signal) => {
      this.waits.push(seconds);
      return platform.sleep(seconds === 35 && !this.silenceKills ? 1e6 : seconds / this.speed, signal);
    },
  };

  readonly packaged = bootstrap(TAGS, "packaged.1");

  provider(config: ClientConfig = {}, outside: Partial<Outside> = {}) {
    const defaults = { useBackend: true, url: this.backend.url, cache: this.cache, timeoutSeconds: 20 };
    return createReferenceProvider({ ...defaults, ...config }, { ...this.outside, ...outside });
  }

  /** Let the backend answer nothing but 503. */
  offline(): void {
    this.backend.status = 503;
  }
}

/** A place with a backend that listens, until the test is over. */
export async function placeOf(context: TestContext): Promise<Place> {
  const place = new Place();
  await place.backend.start();
  context.after(() => place.backend.stop());
  return place;
}

/** Wait until something is so, at most thirty seconds; other things go on meanwhile. */
export async function until(so: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (const end = Date.now() + 30_000; !(await so()); ) {
    if (Date.now() > end) throw new Error(`not in time: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
