import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { OPCODES, RawWebSocket } from '../agent/testing/raw-web-socket.ts';
import { SocketClient } from '../agent/testing/socket-client.ts';
import { FuzzedAgent, type Memory } from './fuzz/fuzzed-agent.ts';

const MB = 1024 * 1024;
const STALLED_CLIENTS = 40;

let agent: FuzzedAgent;
let url: string;

beforeEach(async () => {
  // What a history gathers meanwhile is no cost of clients.
  agent = await FuzzedAgent.start(['--history', 'off']);
  url = `http://127.0.0.1:${agent.target.port}/`;
});
afterEach(async () => {
  await agent.assertWell();
  await agent.stop();
});

const inUse = ({ heapUsed, arrayBuffers }: Memory): number => heapUsed + arrayBuffers;

/** Bytes that a repeated task costs the agent: retained heap and buffers, and resident memory. */
async function costOf(task: () => Promise<void>): Promise<{ kept: number; resident: number }> {
  await task();
  const before = await agent.memory();
  await task();
  const after = await agent.memory();
  return { kept: inUse(after) - inUse(before), resident: after.rss - before.rss };
}

it.each([
  ['metrics-panel.v1', 1003, 1],
  // As many as are too many.
  ['metrics-panel.v1.msgpack', 4005, 5],
])(
  'a hundred nested MessagePack bombs of 250 bytes cost less than 5 MB together over %s',
  async (protocol, code, times) => {
    const bombs = ['dd', 'df', 'db'].flatMap((head) =>
      Array.from({ length: 33 }, () => Buffer.from(`${head}ffffffff`.repeat(50), 'hex')),
    );
    const { kept, resident } = await costOf(async () => {
      const closed = bombs.map(async (bomb) => {
        const raw = await RawWebSocket.connect(agent.target.port, `Sec-WebSocket-Protocol: ${protocol}`);
        for (let time = 0; time < times; time += 1) raw.send(OPCODES.binary, bomb);
        return raw.closed;
      });
      expect(new Set(await Promise.all(closed))).toEqual(new Set([code]));
    });
    expect(kept).toBeLessThan(MB);
    expect(resident).toBeLessThan(5 * MB);
  },
);

it.each([
  ['the largest possible backfill', { backfill: Number.MAX_SAFE_INTEGER }],
  ['a position far ahead', { since: { epoch: 'x'.repeat(256), seq: Number.MAX_SAFE_INTEGER } }],
])('%s, 64 times at once, allocates nothing by its number', async (_what, fields) => {
  const messages = Array.from({ length: 64 }, (_, index) => ({
    action: 'subscribe',
    sub: `s${index}`,
    metrics: ['cpu'],
    ...fields,
  }));
  const { kept, resident } = await costOf(async () => {
    const client = await SocketClient.connect(url, 'metrics-panel.v1');
    const half = messages.length / 2;
    client.send({ type: 'batch', messages: messages.slice(0, half) });
    client.send({ type: 'batch', messages: messages.slice(half) });
    client.send('ping');
    while ((await client.next()) !== 'pong');
    await client.close();
  });
  expect(kept).toBeLessThan(MB);
  expect(resident).toBeLessThan(5 * MB);
});

it(`${STALLED_CLIENTS} clients whose process is stopped (SIGSTOP) cost less than 64 KB each`, async () => {
  const client = (): ChildProcess =>
    fork(fileURLToPath(new URL('programs/eager-clients.mjs', import.meta.url)), [
      url,
      String(STALLED_CLIENTS),
    ]);
  const crowd = client();
  await once(crowd, 'message');
  const before = await agent.memory();
  crowd.kill('SIGSTOP');
  try {
    await expect.poll(() => skipped(), { timeout: 40_000 }).toBeGreaterThan(STALLED_CLIENTS * 30);
    const after = await agent.memory();
    expect((inUse(after) - inUse(before)) / STALLED_CLIENTS).toBeLessThan(64 * 1024);
  } finally {
    crowd.kill('SIGKILL');
  }
});

/** Samples skipped because clients do not read. */
async function skipped(): Promise<number> {
  const [, , operator] = agent.target.viewers;
  const response = await fetch(`${url}healthz`, { headers: { Authorization: `Bearer ${operator?.token}` } });
  return ((await response.json()) as { skippedSamples: number }).skippedSamples;
}
