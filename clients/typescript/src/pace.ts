/** When to open a broken stream again. */

const FIRST = 1; // seconds
const SHORTEST = 0.1;
const LONGEST = 30;

export class Pace {
  readonly #random: () => number;
  #retry = FIRST;
  #failures = 0;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** The backend asked for this pause, in seconds. */
  retryAfter(seconds: number): void {
    this.#retry = Math.max(seconds, SHORTEST);
  }

  /** A stream has worked. */
  worked(): void {
    this.#failures = 0;
  }

  /**
   * Seconds until the next attempt: the pause that was asked for, doubled with each failure up to
   * half a minute, and a quarter more or less, so that not all come at once. `atLeast` is what a
   * refusal asked for; no backend may keep us away for longer than we would stay by ourselves.
   */
  next(atLeast: number): number {
    const pause = Math.min(this.#retry * 2 ** this.#failures, LONGEST);
    this.#failures += 1;
    return Math.max(pause * (0.75 + this.#random() / 2), Math.min(atLeast, LONGEST));
  }
}
