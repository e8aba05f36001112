// Walks a list of Wildside to its end and back, by the links of its pages.
//
// node walk_pages.mts LIST_URL [LOGIN_URL]

import { Client, reported, type Answer } from "./asking.mts";

/** Read page after page. A link is resolved against the URL of its page (RFC 3986, section 5), never built. */
async function* pages(client: Client, url: string, link: "next" | "prev"): AsyncGenerator<Answer> {
  for (;;) {
    const page = await client.ask("GET", url);
    yield page;
    const reference: string | null = page.body.links[link];
    if (reference === null) return;
    url = new URL(reference, page.url).href;
  }
}

/** Print each row after `>` on the way to the end, and after `<` on the way back. */
async function main(): Promise<void> {
  const [url, login] = process.argv.slice(2);
  if (url === undefined) {
    console.error("node walk_pages.mts LIST_URL [LOGIN_URL]");
    process.exitCode = 1;
    return;
  }
  const client = new Client();
  if (login !== undefined) await client.logIn(login);
  let end = url;
  for await (const page of pages(client, url, "next")) {
    end = page.url;
    for (const row of page.body.data) console.log(">", JSON.stringify(row));
  }
  for await (const page of pages(client, end, "prev")) {
    // Within a page rows are in the order of the list, whichever way it was reached.
    for (const row of page.body.data.toReversed()) console.log("<", JSON.stringify(row));
  }
}

await reported(main);
