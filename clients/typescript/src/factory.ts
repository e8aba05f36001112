/** Choosing a provider. */

import { Backend } from "./backend.ts";
import { checkedSettings, type ClientConfig } from "./config.ts";
import { Keeper } from "./keeper.ts";
import { LocalProvider } from "./local.ts";
import { News } from "./news.ts";
import { platform, type Outside } from "./outside.ts";
import type { ReferenceDataProvider } from "./provider.ts";
import { RemoteProvider } from "./remote.ts";

/**
 * Build the provider that a config asks for. Opens nothing yet. `outside` replaces what the platform
 * lacks, such as `sha256` where there is no Web Crypto, or what a test wants to hold in its hand.
 *
 * Throws ConfigInvalid, which lists everything that is wrong.
 */
export function createReferenceProvider(config: ClientConfig, outside: Partial<Outside> = {}): ReferenceDataProvider {
  const settings = checkedSettings(config);
  const world = { ...platform, ...outside };
  const packaged = new LocalProvider(settings.snapshot, world.sha256);
  if (!settings.useBackend || settings.url === null) return packaged;
  const url = settings.url.replace(/\/+$/, "");
  const backend = new Backend(url, settings.timeoutSeconds, world);
  const keeper = new Keeper(backend, url, settings.cache, world);
  const news = new News(backend, keeper, world);
  return new RemoteProvider({ keeper, news, packaged, maxAge: settings.maxAgeSeconds, now: world.now });
}
