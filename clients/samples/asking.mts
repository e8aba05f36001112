// Asks Wildside: with a session, again where no answer came, and with problems that tell what is wrong.

const TRIES = 5;
const TIMEOUT = 20_000; // milliseconds, more than the server takes for any request

/** What came, and the URL that it came from, after any redirect. */
export interface Answer {
  url: string;
  headers: Headers;
  body: any;
}

type Headed = Record<string, string>;

/** What the server says is wrong (RFC 9457). Programs compare `code`, people read the rest. */
export class Problem extends Error {
  readonly code: string;
  readonly wait: number;

  constructor(status: number, document: any, wait = 0) {
    const where = (one: any): string => one.pointer || one.parameter || one.header;
    const errors = (document.errors ?? []).map((one: any) => `  ${where(one)}: ${one.code}: ${one.detail}`);
    super([`${status} ${document.code}: ${document.detail}`, ...errors].join("\n"));
    this.code = document.code;
    this.wait = wait;
  }
}

/** No answer came: nobody listens, the connection broke, it took too long. */
export class NoAnswer extends Error {}

/** Codes that may be others a moment later, with the same request. */
const PASSING = ["call_in_progress", "database_unavailable", "timed_out", "outcome_unknown", "overloaded"];

/** Asks, and keeps the session's cookie: only the server that gave it sees it again. Browsers do that themselves. */
export class Client {
  #cookies = new Map<string, string>();

  /** Begin a session, as WILDSIDE_USER with WILDSIDE_PASSWORD. */
  async logIn(url: string): Promise<void> {
    const { WILDSIDE_USER: username, WILDSIDE_PASSWORD: password } = process.env;
    await this.ask("POST", url, { username, password });
  }

  /** Ask once. Throws Problem for what is no success, NoAnswer where none comes. */
  async ask(method: string, url: string, body?: unknown, headers: Headed = {}): Promise<Answer> {
    const { origin } = new URL(url);
    const cookie = this.#cookies.get(origin);
    const given: Headed = { ...headers, ...(cookie === undefined ? {} : { Cookie: cookie }) };
    if (body !== undefined) given["Content-Type"] = "application/json";
    let answer: Response, text: string;
    try {
      const content = body === undefined ? null : JSON.stringify(body);
      const signal = AbortSignal.timeout(TIMEOUT);
      answer = await fetch(url, { method, headers: given, body: content, signal });
      text = await answer.text();
    } catch (error) {
      throw new NoAnswer(`no answer of ${origin}`, { cause: error });
    }
    const [set] = answer.headers.getSetCookie();
    if (set !== undefined) this.#cookies.set(origin, set.split(";", 1)[0]!);
    if (!answer.ok) throw problem(answer, text);
    return { url: answer.url, headers: answer.headers, body: text === "" ? null : JSON.parse(text) };
  }

  /** Ask again where no answer came. The key is the same each time, so nothing is done twice. */
  async askUntilAnswered(method: string, url: string, body: unknown, headers: Headed): Promise<Answer> {
    const keyed = { ...headers, "Idempotency-Key": crypto.randomUUID() };
    for (let attempt = 1; attempt < TRIES; attempt++) {
      try {
        return await this.ask(method, url, body, keyed);
      } catch (error) {
        const passing = error instanceof NoAnswer || (error instanceof Problem && PASSING.includes(error.code));
        if (!passing) throw error;
        console.error(`${error.message}: asking again`);
        const wait = error instanceof Problem ? error.wait : 0;
        await new Promise((done) => setTimeout(done, 1000 * Math.max(wait, 0.1 * 2 ** attempt)));
      }
    }
    return this.ask(method, url, body, keyed);
  }
}

function problem(answer: Response, text: string): Problem {
  const wait = answer.headers.get("Retry-After") ?? "";
  try {
    return new Problem(answer.status, JSON.parse(text), /^\d+$/.test(wait) ? Number(wait) : 0);
  } catch {
    // Not ours: a proxy's page, say.
    return new Problem(answer.status, { code: "no_problem_document", detail: answer.statusText });
  }
}

/** Run a program. What goes wrong is told in a few lines, and it exits with 1. */
export async function reported(program: () => Promise<void>): Promise<void> {
  try {
    await program();
  } catch (error) {
    if (!(error instanceof Problem || error instanceof NoAnswer)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
