/** What comes when it comes, for one who takes it when ready. */

export class Queue<Item> {
  readonly #items: Item[] = [];
  #ended = false;
  #error: unknown = undefined;
  #wake: () => void = () => undefined;

  push(item: Item): void {
    this.#items.push(item);
    this.#wake();
  }

  /** End it now: what is left is not given out. With an error, whoever takes the next gets that. */
  end(error?: unknown): void {
    if (this.#ended) return;
    [this.#ended, this.#error] = [true, error];
    this.#wake();
  }

  /** Wait for the next; undefined at the end. Only one may wait at a time. */
  async next(): Promise<Item | undefined> {
    while (!this.#ended) {
      if (this.#items.length > 0) return this.#items.shift();
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    if (this.#error !== undefined) throw this.#error;
    return undefined;
  }
}
