/** Reading a stream of server-sent events, as the HTML standard's section 9.2.6 says. */

import { NotIntact } from "./errors.ts";

/** What a stream says, one thing after another. */
export type Said =
  | { readonly kind: "event"; readonly event: string; readonly id: string; readonly data: string }
  | { readonly kind: "comment"; readonly text: string }
  | { readonly kind: "retry"; readonly seconds: number };

/** Characters that one event may have: a broken backend shall not fill our memory. */
const LARGEST = 64 * 1024;

/** Takes bytes as they come, cut anywhere, and gives what is complete. */
export class EventParser {
  readonly #decoder = new TextDecoder(); // not fatal, and drops the byte order mark, as the standard says
  #rest = "";
  #afterReturn = false;
  #event = "";
  #id = "";
  #data: string[] = [];
  #size = 0;

  /** Take some bytes. Throws NotIntact if an event is too large. */
  push(bytes: Uint8Array): Said[] {
    const said: Said[] = [];
    for (const line of this.#lines(this.#decoder.decode(bytes, { stream: true }))) {
      const found = this.#read(line);
      if (found) said.push(found);
    }
    if (this.#size + this.#rest.length > LARGEST) throw new NotIntact("an event is too large");
    return said;
  }

  /** Split at CR, LF, or both; the LF of a CR that came before may come later. */
  #lines(text: string): string[] {
    if (text === "") return [];
    const fresh = this.#afterReturn && text.startsWith("\n") ? text.slice(1) : text;
    this.#afterReturn = text.endsWith("\r");
    const lines = (this.#rest + fresh).split(/\r\n|\r|\n/);
    this.#rest = lines.pop() ?? "";
    return lines;
  }

  #read(line: string): Said | null {
    if (line === "") return this.#dispatched();
    const colon = line.indexOf(":");
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (colon === 0) return { kind: "comment", text: value };
    if (name === "retry" && /^[0-9]+$/.test(value)) return { kind: "retry", seconds: Number(value) / 1000 };
    this.#size += value.length;
    if (name === "event") this.#event = value;
    if (name === "data") this.#data.push(value);
    if (name === "id" && !value.includes("\0")) this.#id = value;
    return null;
  }

  #dispatched(): Said | null {
    const [event, data] = [this.#event || "message", this.#data];
    [this.#event, this.#data, this.#size] = ["", [], 0];
    return data.length === 0 ? null : { kind: "event", event, id: this.#id, data: data.join("\n") };
  }
}
