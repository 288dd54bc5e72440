import type { NatsSettings, PublishSettings, RelaySettings } from '../config.ts';
import type { Options } from './options.ts';
import { UsageError } from './usage-error.ts';

/** @returns `null` if no other agent is relayed @throws UsageError */
export function readRelay({ relay, relayTokens, relayCa }: Options): RelaySettings | null {
  if (relay === undefined) {
    needs('--relay-tokens', relayTokens, '--relay');
    needs('--relay-ca', relayCa, '--relay');
    return null;
  }
  const urls = relay.map((text) => relayUrl(text));
  return { urls: [...new Set(urls)], tokensFile: relayTokens ?? null, caFile: relayCa ?? null };
}

/** @returns `null` if nothing is published @throws UsageError */
export function readPublish({
  publish,
  publishAs,
  natsCredentials,
  natsCa,
}: Options): PublishSettings | null {
  if (publish === undefined) {
    needs('--publish-as', publishAs, '--publish');
    needs('--nats-credentials', natsCredentials, '--publish');
    needs('--nats-ca', natsCa, '--publish');
    return null;
  }
  return { ...readNats('--publish', publish, { natsCredentials, natsCa }), name: publishAs ?? null };
}

/** @param flag that `addresses` was given with @throws UsageError */
export function readNats(
  flag: string,
  addresses: string,
  {
    natsCredentials,
    natsCa,
  }: { readonly natsCredentials?: string | undefined; readonly natsCa?: string | undefined },
): NatsSettings {
  return {
    servers: addresses.split(',').map((one) => natsUrl(flag, one.trim())),
    credentialsFile: natsCredentials ?? null,
    caFile: natsCa ?? null,
  };
}

function relayUrl(text: string): string {
  const url = parse('--relay', text, ['http:', 'https:'], 'https://other:8080');
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    throw new UsageError(
      `${named('--relay')} holds more than an address, maybe a secret that other users of this machine could read: put the token into a file, and name that with ${named('--relay-tokens')}.`,
    );
  return url.href;
}

function natsUrl(flag: string, text: string): string {
  const url = parse(flag, text, ['nats:', 'tls:'], 'nats://broker:4222');
  if (url.username !== '' || url.password !== '')
    throw new UsageError(
      `${named(flag)} holds a user name or password, which other users of this machine could read: put credentials into a file, and name that with ${named('--nats-credentials')}.`,
    );
  if (url.hostname === '' || !/^\/?$/.test(url.pathname) || url.search !== '')
    throw new UsageError(
      `${named(flag)} takes a server without a path: give one such as nats://broker:4222.`,
    );
  return `${url.protocol}//${url.host}`;
}

function parse(flag: string, text: string, protocols: readonly string[], example: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url !== null && protocols.includes(url.protocol)) return url;
  const known = protocols.map((protocol) => `${protocol}//`).join(' or ');
  throw new UsageError(`${named(flag)} is not an address of ${known}: give one such as ${example}.`);
}

function needs(flag: string, value: string | undefined, owner: string): void {
  if (value !== undefined)
    throw new UsageError(`${named(flag)} is of no use without ${named(owner)}: give both.`);
}

/** A flag, and its variable. */
function named(flag: string): string {
  return `${flag} (METRICS_PANEL_${flag.slice(2).toUpperCase().replaceAll('-', '_')})`;
}
