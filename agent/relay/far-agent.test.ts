import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ConnectionPurpose, Transport, TransportEvents } from '../../shared/client/transport.ts';
import { encode } from '../../shared/protocol/codec.ts';
import type { HostSummary, ServerMessage } from '../../shared/protocol/messages.ts';
import type { RemoteHost } from '../hosts/remote-host.ts';
import { capturedLog } from '../testing/captured-log.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { FarAgent } from './far-agent.ts';
import { EMPTY_WELCOME, unmeasuredHost } from '../../shared/testing/example-messages.ts';

const BIDI = '\u202e';
const summary = (id: string): HostSummary => unmeasuredHost(id, { epoch: `run of ${id}`.slice(0, 64) });

let clock: FakeClock;
let log: ReturnType<typeof capturedLog>;
let shown: Map<string, RemoteHost>;
let taken: Set<string>;
let agent: FarAgent;
let events: TransportEvents;

const transport: Transport = {
  name: 'scripted',
  connect: (_purpose: ConnectionPurpose, told: TransportEvents) => {
    events = told;
    return { canSend: true, send: () => {}, renew: () => {}, close: () => {} };
  },
};

const say = (message: ServerMessage): void => events.received(encode(message));
const tell = (ids: readonly string[], removed: string[] = []): void =>
  say({ type: 'hosts', sub: '1', complete: false, hosts: ids.map((id) => summary(id)), removed });

beforeEach(async () => {
  clock = new FakeClock();
  log = capturedLog();
  shown = new Map();
  taken = new Set();
  agent = new FarAgent({
    url: 'http://far:8080/',
    settings: { tokensFile: null, caFile: null },
    relaying: {
      own: { label: 'own', epoch: 'own' },
      isTaken: (id) => taken.has(id) || shown.has(id),
      urlOfRun: () => undefined,
      claim: () => {},
      show: (host) => shown.set(host.host.id, host),
      hide: (hosts) => {
        for (const { host } of hosts) shown.delete(host.id);
      },
    },
    clock,
    log: log.log,
    transport,
  });
  await clock.advance(0);
  events.opened('scripted');
  say(EMPTY_WELCOME);
});
afterEach(() => agent.stop());

it('says no more of a refusal than of a label', () => {
  say({ type: 'error', error: `${BIDI}No${'!'.repeat(1000)}`, code: 'invalid_message', id: '1' });
  const { reason = '' } = agent.health;
  expect(reason).toContain('its version is too old: update it (No!!');
  expect(reason).not.toContain(BIDI);
  expect(reason.length).toBeLessThan(400);
  expect(log.lines.join()).not.toContain(BIDI);
});

it('says no more of the name of a host that it refuses', () => {
  tell([`${BIDI}${'x'.repeat(1000)}`]);
  expect(agent.health.refused).toEqual([
    { host: 'x'.repeat(253), reason: 'has a name that no host can have' },
  ]);
  expect(log.lines.join()).not.toContain(BIDI);
});

it('shows a thousand hosts, and says that there are more', () => {
  const ids = Array.from({ length: 1002 }, (_, number) => `web-${number}`);
  tell(ids);
  tell(ids);
  expect(shown.size).toBe(1000);
  expect(log.lines.filter((line) => line.includes('more than 1000 hosts'))).toHaveLength(1);
});

it('keeps the id of a host that comes back, unless thousands have come and gone', () => {
  taken.add('web-1');
  tell(['web-1']);
  taken.clear();
  tell([], ['web-1']);
  tell(['web-1']);
  expect([...shown.keys()]).toEqual(['web-1@far:8080']);
  for (let number = 2; number < 1100; number += 1) {
    tell([`web-${number}`]);
    tell([], [`web-${number}`]);
  }
  tell(['another']);
  tell([], ['web-1']);
  tell(['web-1']);
  expect([...shown.keys()]).toEqual(['another', 'web-1']);
});

describe('an agent whose hosts are not known', () => {
  const one = (): unknown => [...shown.values()].map(({ host, summary: told }) => [host.id, told.status]);

  it('is shown under its address until they are, first unknown, then down', async () => {
    expect(one()).toEqual([]);
    events.closed(1006, 'the connection was refused: nothing listens there (ECONNREFUSED)');
    const reason = 'the connection was refused: nothing listens there';
    expect(one()).toEqual([['far:8080', { state: 'unknown', sinceMs: null, reason }]]);
    await clock.advance(10_000);
    expect(one()).toEqual([['far:8080', { state: 'down', sinceMs: null, reason }]]);
    expect(shown.get('far:8080')?.summary).toMatchObject({ via: 'own', ts: null });
    events.opened('scripted');
    say(EMPTY_WELCOME);
    tell(['web-1']);
    expect([...shown.keys()]).toEqual(['web-1']);
    events.closed(1006, 'the connection was refused (ECONNREFUSED)');
    await clock.advance(10_000);
    expect(one()).toMatchObject([['web-1', { state: 'down', reason: 'the connection was refused' }]]);
  });

  it('stays unknown while it asks for a token, and names the setting', async () => {
    say({ type: 'auth_error', error: 'Authentication failed' });
    events.closed(4000, 'Authentication failed');
    await clock.advance(12_000);
    expect(one()).toMatchObject([['far:8080', { state: 'unknown' }]]);
    expect(log.lines.filter((line) => line.startsWith('warn'))).toEqual([
      'warn The agent at http://far:8080/ asks for a token: add a line for it to the file of --relay-tokens. Trying again',
    ]);
  });
});
