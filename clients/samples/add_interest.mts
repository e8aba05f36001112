// Adds an interest theme to what somebody has chosen, and loses nothing that others change meanwhile.
//
// node add_interest.mts INTERESTS_URL THEME LOGIN_URL

import { Client, Problem, reported, type Answer } from "./asking.mts";

/** Read, add, and write only if it is still what was read; else begin anew. */
async function add(client: Client, url: string, theme: string): Promise<Answer> {
  for (;;) {
    const seen = await client.ask("GET", url);
    if (seen.body.interestThemeIds.includes(theme)) return seen;
    const chosen = { interestThemeIds: [...seen.body.interestThemeIds, theme] };
    const never = seen.body.revision === null;
    const condition: Record<string, string> = never
      ? { "If-None-Match": "*" }
      : { "If-Match": seen.headers.get("ETag")! };
    try {
      return await client.askUntilAnswered("PUT", url, chosen, condition);
    } catch (error) {
      if (!(error instanceof Problem && error.code === "precondition_failed")) throw error;
      console.error(`${error.message}: reading again`);
    }
  }
}

/** Print the revision that there is at the end, and what is chosen. */
async function main(): Promise<void> {
  const [url, theme, login] = process.argv.slice(2);
  if (url === undefined || theme === undefined || login === undefined) {
    console.error("node add_interest.mts INTERESTS_URL THEME LOGIN_URL");
    process.exitCode = 1;
    return;
  }
  const client = new Client();
  await client.logIn(login);
  const done = await add(client, url, theme);
  console.log(`revision ${done.body.revision}: ${done.body.interestThemeIds.join(", ")}`);
}

await reported(main);
