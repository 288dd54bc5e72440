import { afterEach, describe, expect, inject, it } from 'vitest';
import type { SampleGap, Sample } from '../../shared/client/client-subscription.ts';
import { MetricsClient } from '../../shared/client/metrics-client.ts';
import type { Subscribed } from '../../shared/protocol/messages.ts';
import { browserClock } from '../browser/browser-clock.ts';
import { LongPollTransport } from '../../shared/transports/long-poll.ts';
import { SseTransport } from '../../shared/transports/sse.ts';
import { WebSocketTransport } from './websocket.ts';

const PATIENTLY = { timeout: 10_000, interval: 20 };
const NOBODY = 'http://127.0.0.1:9';

/** What a client received for one subscription. */
interface Heard {
  readonly announced: Subscribed[];
  readonly samples: Sample[];
  readonly gaps: SampleGap[];
  readonly refusals: string[];
}

const clients: MetricsClient[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.stop();
});

describe.each([
  ['WebSocket', WebSocketTransport],
  ['SSE', SseTransport],
  ['long poll', LongPollTransport],
])('[TR-4] over %s, a client', (name, Transport) => {
  function connect(agentUrl: string, token?: string): MetricsClient {
    const transport = new Transport(agentUrl);
    const client = new MetricsClient({
      transport,
      clock: browserClock,
      random: () => 0.1,
      ...(token === undefined ? {} : { token }),
    });
    clients.push(client);
    return client;
  }

  function follow(client: MetricsClient, metrics: string[], backfill = 3): Heard & { stop(): void } {
    const record = { announced: [], samples: [], gaps: [], refusals: [] } as Heard;
    const stop = client.subscribe(
      { metrics, backfill },
      {
        subscribed: (announcement) => record.announced.push(announcement),
        sample: (sample) => record.samples.push(sample),
        gap: (gap) => record.gaps.push(gap),
        refused: ({ error }) => record.refusals.push(error),
      },
    );
    return { ...record, stop };
  }

  /** Consecutive numbers: no sample twice, none missing. */
  function expectWhole({ samples, gaps }: Heard): void {
    const seqs = samples.map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.map((_, index) => (seqs[0] ?? 0) + index));
    // A starved agent reports that it stalled; then `to` is below `from`, and no sample is missing.
    expect(gaps.filter(({ from, to }) => to >= from)).toEqual([]);
  }

  it('is connected, names its transport, and gets backfill and live samples without a gap', async () => {
    const client = connect(inject('agentUrl'));
    const record = follow(client, ['cpu', 'memory']);
    client.start();
    await expect.poll(() => record.samples.length, PATIENTLY).toBeGreaterThan(6);
    expect(client.status).toEqual({ state: 'connected', transport: name });
    expect(record.announced[0]?.series.map((series) => series.name)).toEqual(['cpu', 'memory']);
    expectWhole(record);
  });

  it('follows two subscriptions, one added and one removed while connected', async () => {
    const client = connect(inject('agentUrl'));
    const first = follow(client, ['cpu']);
    client.start();
    await expect.poll(() => first.samples.length, PATIENTLY).toBeGreaterThan(3);
    const second = follow(client, ['memory.*']);
    await expect.poll(() => second.samples.length, PATIENTLY).toBeGreaterThan(3);
    first.stop();
    const { length } = first.samples;
    const others = second.samples.length;
    await expect.poll(() => second.samples.length, PATIENTLY).toBeGreaterThan(others + 3);
    expect(first.samples.length).toBeLessThanOrEqual(length + 1);
    expectWhole(first);
    expectWhole(second);
  });

  it('[RT-4] has every sample after a stop and a restart', async () => {
    const client = connect(inject('agentUrl'));
    const record = follow(client, ['cpu']);
    client.start();
    await expect.poll(() => record.samples.length, PATIENTLY).toBeGreaterThan(3);
    client.stop();
    const { length } = record.samples;
    await new Promise((resolve) => setTimeout(resolve, 1200));
    expect(record.samples).toHaveLength(length);
    client.start();
    await expect.poll(() => record.samples.length, PATIENTLY).toBeGreaterThan(length + 6);
    expectWhole(record);
  });

  it('gets the reason of a refused subscription, and continues the others', async () => {
    const client = connect(inject('agentUrl'));
    const good = follow(client, ['cpu']);
    const bad = follow(client, ['nonsense']);
    client.start();
    await expect.poll(() => bad.refusals, PATIENTLY).toContain('Unknown metric: nonsense');
    await expect.poll(() => good.samples.length, PATIENTLY).toBeGreaterThan(3);
    expectWhole(good);
  });

  it('gets the reason of a refused subscription added later, and stays connected', async () => {
    const client = connect(inject('agentUrl'));
    const good = follow(client, ['cpu']);
    client.start();
    await expect.poll(() => good.samples.length, PATIENTLY).toBeGreaterThan(3);
    const states: string[] = [];
    client.onStatus(({ state }) => states.push(state));
    const bad = follow(client, ['nonsense']);
    await expect.poll(() => bad.refusals, PATIENTLY).toEqual(['Unknown metric: nonsense']);
    const { length } = good.samples;
    await expect.poll(() => good.samples.length, PATIENTLY).toBeGreaterThan(length + 3);
    expectWhole(good);
    expect(states).toEqual(['connected']);
  });

  it('is admitted with a token, refused for good with a wrong one, and told that it needs one without', async () => {
    const url = inject('guardedAgentUrl');
    const welcome = connect(url, 'secret');
    const record = follow(welcome, ['cpu']);
    welcome.start();
    await expect.poll(() => record.samples.length, PATIENTLY).toBeGreaterThan(0);
    for (const [token, reason] of [
      ['wrong', 'Invalid token'],
      [undefined, 'The agent asks for a token'],
    ]) {
      const client = connect(url, token);
      follow(client, ['cpu']);
      client.start();
      await expect.poll(() => client.status, PATIENTLY).toEqual({ state: 'error', reason, isForToken: true });
    }
  });

  it('keeps trying if nobody answers', async () => {
    const client = connect(NOBODY);
    follow(client, ['cpu']);
    client.start();
    await expect.poll(() => client.status.state, PATIENTLY).toBe('reconnecting');
    await expect
      .poll(() => client.status, PATIENTLY)
      .toMatchObject({ reason: 'The agent cannot be reached' });
  });
});
