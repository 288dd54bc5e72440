import { beforeEach, describe, expect, it, vi } from 'vitest';
import { encode } from '../protocol/codec.ts';
import type { ServerMessage } from '../protocol/messages.ts';
import type { Clock } from '../clock.ts';
import { MetricsClient } from './metrics-client.ts';
import type { ToldHosts } from './overview-subscription.ts';
import type { ConnectionPurpose, TransportEvents } from './transport.ts';
import { EMPTY_WELCOME, unmeasuredHost } from '../testing/example-messages.ts';

const clock: Clock = {
  now: () => Date.now(),
  schedule: (task, delayMs) => {
    const timer = setTimeout(task, delayMs);
    return () => clearTimeout(timer);
  },
};

const told = (complete: boolean, ids: string[], removed: string[] = []): ServerMessage => ({
  type: 'hosts',
  sub: '1',
  complete,
  hosts: ids.map((id) => unmeasuredHost(id)),
  removed,
});

let client: MetricsClient;
let canSend: boolean;
let sent: unknown[];
let renewals: number;
let purpose: ConnectionPurpose;
let events: TransportEvents;
const listener = {
  hosts: vi.fn<(told: ToldHosts) => void>(),
  refused: vi.fn<(error: unknown) => void>(),
};

function receive(...messages: ServerMessage[]): void {
  for (const message of messages) events.received(encode(message));
}

function open(): void {
  events.opened('fake');
  receive(EMPTY_WELCOME);
}

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  vi.clearAllMocks();
  canSend = true;
  sent = [];
  renewals = 0;
  client = new MetricsClient({
    clock,
    random: () => 0,
    transport: {
      name: 'fake',
      connect: (...opened) => {
        [purpose, events] = opened;
        return {
          canSend,
          send: (text) => sent.push(JSON.parse(text)),
          renew: () => {
            renewals += 1;
          },
          close: () => {},
        };
      },
    },
  });
  return () => {
    client.stop();
    vi.useRealTimers();
  };
});

const REQUEST = { action: 'subscribe', sub: '1', hosts: ['web-*', 'env=prod'], id: '1' };
const follow = () => client.followHosts(['web-*', 'env=prod'], listener);

describe('a client that follows how hosts are', () => {
  it('subscribes once it is welcomed, and tells what it hears', () => {
    follow();
    client.start();
    open();
    expect(sent).toEqual([REQUEST]);
    receive(told(true, ['a']), told(false, ['b'], ['a']));
    expect(listener.hosts.mock.calls).toEqual([
      [{ complete: true, hosts: [unmeasuredHost('a')], removed: [] }],
      [{ complete: false, hosts: [unmeasuredHost('b')], removed: ['a'] }],
    ]);
  });

  it('understands an agent that leaves out an empty list of removed hosts', () => {
    follow();
    client.start();
    open();
    events.received('{"type":"hosts","sub":"1","complete":true,"hosts":[]}');
    expect(listener.hosts).toHaveBeenCalledWith({ complete: true, hosts: [], removed: [] });
  });

  it('subscribes again after a reconnect, beside its other subscriptions', () => {
    follow();
    client.subscribe(
      { metrics: ['cpu'] },
      { ...listener, subscribed: () => {}, sample: () => {}, gap: () => {} },
    );
    client.start();
    open();
    events.closed(1006, '');
    vi.advanceTimersByTime(0);
    sent = [];
    open();
    expect(sent).toMatchObject([{ sub: '2', metrics: ['cpu'] }, REQUEST]);
  });

  it('hears nothing any more after the undo', () => {
    const stop = follow();
    client.start();
    open();
    stop();
    receive(told(true, ['a']));
    expect(sent.at(-1)).toEqual({ action: 'unsubscribe', sub: '1' });
    expect(listener.hosts).not.toHaveBeenCalled();
  });

  it('says that an agent refuses, does not ask it again, and asks the next one', () => {
    follow();
    client.start();
    open();
    const refusal = { error: 'Invalid metrics', code: 'invalid_message' };
    receive({ type: 'error', ...refusal, id: '1' });
    expect(listener.refused).toHaveBeenCalledWith(expect.objectContaining(refusal));
    expect(purpose.subscriptions()).toEqual([]);
    events.closed(1006, '');
    vi.advanceTimersByTime(0);
    expect(purpose.subscriptions()).toEqual([REQUEST]);
  });

  it('renews a one-way connection, which begins with the subscription', () => {
    canSend = false;
    client.start();
    open();
    follow();
    expect(renewals).toBe(1);
    expect(purpose.subscriptions()).toEqual([REQUEST]);
    expect(sent).toEqual([]);
  });
});
