import type { NatsSettings, PublishSettings, RelaySettings } from '../config.ts';
import type { Options } from './options.ts';
import { holdsSecret, named, needs, parseAddress } from './addresses.ts';
import { UsageError } from './usage-error.ts';

/** @returns `null` if no other agent is relayed @throws UsageError */
export function readRelay({ relay, relayTokens, relayCa }: Options): RelaySettings | null {
  needs('--relay-tokens', relayTokens, '--relay', relay);
  needs('--relay-ca', relayCa, '--relay', relay);
  if (relay === undefined) return null;
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
  needs('--publish-as', publishAs, '--publish', publish);
  needs('--nats-credentials', natsCredentials, '--publish', publish);
  needs('--nats-ca', natsCa, '--publish', publish);
  if (publish === undefined) return null;
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
  const url = parseAddress('--relay', text, ['http:', 'https:'], 'https://other:8080');
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    throw new UsageError(
      `${named('--relay')} holds more than an address, maybe a secret that other users of this machine could read: put the token into a file, and name that with ${named('--relay-tokens')}.`,
    );
  return url.href;
}

function natsUrl(flag: string, text: string): string {
  const url = parseAddress(flag, text, ['nats:', 'tls:'], 'nats://broker:4222');
  if (url.username !== '' || url.password !== '')
    throw holdsSecret(flag, 'put credentials into a file, and name that', '--nats-credentials');
  if (url.hostname === '' || !/^\/?$/.test(url.pathname) || url.search !== '')
    throw new UsageError(
      `${named(flag)} takes a server without a path: give one such as nats://broker:4222.`,
    );
  return `${url.protocol}//${url.host}`;
}
