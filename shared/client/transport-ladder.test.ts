import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Clock } from '../clock.ts';
import { TransportLadder } from './transport-ladder.ts';
import type { ConnectionPurpose, Transport, TransportConnection, TransportEvents } from './transport.ts';

const clock: Clock = {
  now: () => Date.now(),
  schedule: (task, delayMs) => {
    const timer = setTimeout(task, delayMs);
    return () => clearTimeout(timer);
  },
};
const purpose: ConnectionPurpose = { token: undefined, subscriptions: () => [] };

/** A rung under the control of the test. */
class FakeRung implements Transport {
  readonly name: string;
  readonly attempts: TransportEvents[] = [];
  readonly sent: string[] = [];
  closes = 0;

  constructor(name: string) {
    this.name = name;
  }

  connect(_purpose: ConnectionPurpose, events: TransportEvents): TransportConnection {
    this.attempts.push(events);
    return {
      canSend: true,
      send: (text) => this.sent.push(text),
      renew: () => {},
      close: () => {
        this.closes += 1;
      },
    };
  }

  get newest(): TransportEvents {
    const events = this.attempts.at(-1);
    if (events === undefined) throw new Error(`${this.name} was not tried`);
    return events;
  }
}

let best: FakeRung;
let second: FakeRung;
let last: FakeRung;
let ladder: TransportLadder;
let told: string[];

function connect(): TransportConnection {
  told = [];
  return ladder.connect(purpose, {
    opened: (transport, decoder) =>
      told.push(decoder === undefined ? `opened ${transport}` : `opened ${transport} with a decoder`),
    received: (frame) => told.push(`received ${String(frame)}`),
    closed: (code, reason, refusal) => {
      told.push(
        ['closed', code, reason, refusal === undefined ? '' : JSON.stringify(refusal)].join(' ').trimEnd(),
      );
    },
  });
}

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  [best, second, last] = [new FakeRung('best'), new FakeRung('second'), new FakeRung('last')];
  ladder = new TransportLadder([best, second, last], clock);
  return () => vi.useRealTimers();
});

describe('[TR-1] TransportLadder', () => {
  it('passes binary frames on, and who decodes them', () => {
    connect();
    best.newest.opened('best', { decode: () => null });
    best.newest.received(Uint8Array.of(1, 2));
    expect(told).toEqual(['opened best with a decoder', 'received 1,2']);
  });

  it('uses the best transport that opens', () => {
    const connection = connect();
    best.newest.opened('best');
    best.newest.received('hello');
    connection.send('hi');
    vi.advanceTimersByTime(60_000);
    expect(told).toEqual(['opened best', 'received hello']);
    expect(best.sent).toEqual(['hi']);
    expect(second.attempts).toEqual([]);
  });

  it('goes down at once when a transport fails, and after 4 s without an answer', () => {
    connect();
    best.newest.closed(1006, '');
    expect(second.attempts).toHaveLength(1);
    vi.advanceTimersByTime(3999);
    expect(last.attempts).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(second.closes).toBe(1);
    last.newest.opened('last');
    expect(told).toEqual(['opened last']);
  });

  it('ignores a transport that answers too late', () => {
    connect();
    vi.advanceTimersByTime(4000);
    best.newest.opened('best');
    best.newest.received('late');
    best.newest.closed(1006, '');
    second.newest.opened('second');
    expect(told).toEqual(['opened second']);
  });

  it('goes down when a transport opens but delivers no frame: proxies accept any connection', () => {
    connect();
    best.newest.opened('best');
    best.newest.closed(1006, '');
    second.newest.opened('second');
    vi.advanceTimersByTime(4000);
    last.newest.opened('last');
    last.newest.received('hello');
    expect(told).toEqual(['opened best', 'opened second', 'opened last', 'received hello']);
    last.newest.closed(1006, '');
    connect();
    expect(best.attempts).toHaveLength(1);
  });

  it('fails when none opens', () => {
    connect();
    for (const rung of [best, second, last]) rung.newest.closed(1006, '');
    expect(told).toEqual(['closed 1006']);
  });

  it('tries no other transport when the agent itself has refused', () => {
    connect();
    best.newest.closed(4000, '');
    expect(told).toEqual(['closed 4000']);
    expect(second.attempts).toEqual([]);
  });

  it('tries no other transport when the agent refused with an error code over HTTP', () => {
    connect();
    best.newest.closed(1006, '');
    second.newest.closed(1006, 'Not from there', { code: 'origin_not_allowed' });
    expect(told).toEqual(['closed 1006 Not from there {"code":"origin_not_allowed"}']);
    expect(last.attempts).toEqual([]);
  });

  it('reports the last reason that a transport gave, although a later one failed without', () => {
    connect();
    best.newest.closed(1006, 'No WebSocket here');
    second.newest.closed(1006, 'Try later', { retryMs: 5000 });
    last.newest.closed(1006, '');
    expect(told).toEqual(['closed 1006 Try later {"retryMs":5000}']);
    connect();
    best.newest.closed(1006, 'No WebSocket here');
    vi.advanceTimersByTime(4000);
    last.newest.closed(1006, '');
    expect(told).toEqual(['closed 1006 No WebSocket here']);
  });

  it('remembers for 10 minutes which one worked, then begins at the best again', () => {
    connect();
    best.newest.closed(1006, '');
    second.newest.opened('second');
    second.newest.received('hello');
    second.newest.closed(1006, '');
    connect();
    expect(best.attempts).toHaveLength(1);
    expect(second.attempts).toHaveLength(2);
    second.newest.opened('second');
    second.newest.received('hello');
    second.newest.closed(1006, '');
    vi.advanceTimersByTime(10 * 60_000 + 1);
    connect();
    expect(best.attempts).toHaveLength(2);
  });

  it('stays with the transport that worked for two attempts: the agent may be restarting', () => {
    connect();
    best.newest.opened('best');
    best.newest.received('hello');
    best.newest.closed(1006, '');
    for (const attempt of [2, 3]) {
      connect();
      best.newest.closed(1006, '');
      expect(best.attempts).toHaveLength(attempt);
      expect(second.attempts).toEqual([]);
      expect(told).toEqual(['closed 1006']);
    }
    connect();
    best.newest.closed(1006, '');
    expect(second.attempts).toHaveLength(1);
  });

  it('leaves nothing behind when closed during an attempt', () => {
    const connection = connect();
    connection.close();
    best.newest.closed(1005, '');
    expect(told).toEqual(['closed 1005']);
    expect(best.closes).toBe(1);
    expect(second.attempts).toEqual([]);
    vi.advanceTimersByTime(60_000);
    expect(second.attempts).toEqual([]);
  });
});
