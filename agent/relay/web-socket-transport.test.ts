import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import type { Sample } from '../../shared/client/client-subscription.ts';
import { MetricsClient } from '../../shared/client/metrics-client.ts';
import { SUBPROTOCOL } from '../../shared/protocol/constants.ts';
import { LiveServer } from '../testing/live-server.ts';
import { WebSocketTransport } from './web-socket-transport.ts';

const clock = {
  now: () => performance.now(),
  schedule: (task: () => void, delayMs: number) => {
    const timer = setTimeout(task, delayMs);
    return () => clearTimeout(timer);
  },
};

let client: MetricsClient;
let samples: Sample[];
/** What the transport was told to send, and the kinds of frames that it received. */
let frames: string[];

function follow(url: string): void {
  const real = new WebSocketTransport(url, () => undefined);
  client = new MetricsClient({
    clock,
    random: Math.random,
    transport: {
      name: real.name,
      connect: (purpose, events) =>
        real.connect(purpose, {
          ...events,
          received: (frame) => {
            frames.push(typeof frame === 'string' ? 'text' : 'binary');
            events.received(frame);
          },
        }),
    },
  });
  samples = [];
  client.subscribe(
    { metrics: ['*'], backfill: 3 },
    { subscribed: () => {}, sample: (sample) => samples.push(sample), gap: () => {}, refused: () => {} },
  );
  client.start();
}

beforeEach(() => {
  frames = [];
});

describe('a relay', () => {
  let server: LiveServer;
  beforeEach(async () => {
    server = new LiveServer();
    await server.start();
  });
  afterEach(async () => {
    client.stop();
    await server.stop();
  });

  it('speaks MessagePack with an agent that knows it, and pings it as text', async () => {
    server.publish(3);
    follow(server.url);
    await expect.poll(() => samples.length).toBe(3);
    server.publish();
    await expect.poll(() => samples.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    expect(samples[3]).toEqual({ seq: 4, timestampMs: 4000, values: [4, 40, null] });
    expect(new Set(frames)).toEqual(new Set(['binary']));
    let roundTripMs = -1;
    expect(client.ping((ms) => (roundTripMs = ms))).toBe(true);
    await expect.poll(() => roundTripMs).toBeGreaterThanOrEqual(0);
    expect(frames.at(-1)).toBe('text');
  });
});

describe('a relay of an agent before MessagePack', () => {
  let server: WebSocketServer;
  let offers: string[];
  beforeEach(async () => {
    offers = [];
    server = new WebSocketServer({
      port: 0,
      host: '127.0.0.1',
      handleProtocols: (offered) => {
        offers.push([...offered].join(' '));
        return offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false;
      },
    });
    server.on('connection', (socket) => {
      socket.send(JSON.stringify(WELCOME));
      socket.on('message', (frame: Buffer, isBinary) => {
        frames.push(isBinary ? 'sent binary' : frame.toString());
      });
    });
    await new Promise<void>((resolve) => {
      server.once('listening', resolve);
    });
  });
  afterEach(async () => {
    client.stop();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });

  it('speaks JSON with it, over the first connection', async () => {
    const { port } = server.address() as AddressInfo;
    follow(`http://127.0.0.1:${port}/`);
    await expect.poll(() => frames).toHaveLength(2);
    expect(frames[0]).toBe('text');
    expect(JSON.parse(frames[1] ?? '')).toMatchObject({ action: 'subscribe', metrics: ['*'] });
    expect(offers).toEqual(['metrics-panel.v1.msgpack metrics-panel.v1']);
  });
});

const WELCOME = {
  type: 'welcome',
  v: 1,
  server: { name: 'metrics-panel', version: '0.1.0' },
  heartbeat: { intervalMs: 15_000 },
  reconnect: { baseMs: 500, capMs: 4000 },
  limits: {
    minIntervalMs: 100,
    maxBackfill: 900,
    maxMetrics: 64,
    maxSubscriptions: 64,
    maxMessageBytes: 16_384,
  },
  transports: ['websocket'],
  hosts: [],
  catalogue: [],
};
