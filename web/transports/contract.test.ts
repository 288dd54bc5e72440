import { afterEach, describe, expect, inject, it } from 'vitest';
import type { SampleGap, Sample } from '../../shared/client/client-subscription.ts';
import { MetricsClient } from '../../shared/client/metrics-client.ts';
import type { Subscribed } from '../../shared/protocol/messages.ts';
import { browserClock } from '../browser-clock.ts';
import { LongPollTransport } from './long-poll.ts';
import { SseTransport } from './sse.ts';
import { WebSocketTransport } from './websocket.ts';

const PATIENTLY = { timeout: 10_000, interval: 20 };
const NOBODY = 'http://127.0.0.1:9';

/** What a client heard of one subscription. */
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

  /** Every sample, none twice, none missing: the numbers follow each other. */
  function expectWhole({ samples, gaps }: Heard): void {
    const seqs = samples.map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.map((_, index) => (seqs[0] ?? 0) + index));
    expect(gaps).toEqual([]);
  }

  it('is connected, says how, and gets backfill and live samples without a hole', async () => {
    const client = connect(inject('agentUrl'));
    const record = follow(client, ['cpu', 'memory']);
    client.start();
    await expect.poll(() => record.samples.length, PATIENTLY).toBeGreaterThan(6);
    expect(client.status).toEqual({ state: 'connected', transport: name });
    expect(record.announced[0]?.series.map((series) => series.name)).toEqual(['cpu', 'memory']);
    expectWhole(record);
  });

  it('follows two subscriptions, and one that is added and one that is taken away while it is connected', async () => {
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

  it('[RT-4] has every sample after it was stopped and started again', async () => {
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

  it('hears what is wrong with a subscription, and goes on with the others', async () => {
    const client = connect(inject('agentUrl'));
    const good = follow(client, ['cpu']);
    const bad = follow(client, ['nonsense']);
    client.start();
    await expect.poll(() => bad.refusals, PATIENTLY).toContain('Unknown metric: nonsense');
    await expect.poll(() => good.samples.length, PATIENTLY).toBeGreaterThan(3);
    expectWhole(good);
  });

  it('hears what is wrong with a subscription that is added, and stays connected with the others', async () => {
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

  it('is let in with a token, refused for good with a wrong one, and told that one is needed without', async () => {
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

  it('goes on trying where nobody answers', async () => {
    const client = connect(NOBODY);
    follow(client, ['cpu']);
    client.start();
    await expect.poll(() => client.status.state, PATIENTLY).toBe('reconnecting');
    await expect
      .poll(() => client.status, PATIENTLY)
      .toMatchObject({ reason: 'The agent cannot be reached' });
  });
});
