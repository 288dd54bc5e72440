import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import * as v from 'valibot';
import { WebSocket } from 'ws';
import { SUBPROTOCOL, SUBPROTOCOL_MSGPACK, welcomeSchema } from '../shared/protocol/messages.ts';
import { encodeMessage } from '../shared/protocol/msgpack-encoder.ts';
import { startAgent, type AgentProcess } from './agent-process.ts';

let folder: string;
let agent: AgentProcess;
let sockets: WebSocket[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'loaded-'));
  // When it ends, Node writes which scripts it ran.
  agent = await startAgent({ env: { NODE_V8_COVERAGE: folder } });
  sockets = [];
});

afterEach(async () => {
  for (const socket of sockets) socket.terminate();
  await agent.kill();
  rmSync(folder, { recursive: true });
});

/** The frames that an agent sends after it was sent one. */
function follow(protocols: string[], first?: string | Uint8Array): Buffer[] {
  const frames: Buffer[] = [];
  const socket = new WebSocket(`${agent.url.replace('http', 'ws')}metrics`, protocols);
  socket.on('open', () => first !== undefined && socket.send(first));
  socket.on('message', (frame: Buffer) => frames.push(frame));
  sockets.push(socket);
  return frames;
}

async function twelveSeries(): Promise<string[]> {
  const frames = follow([SUBPROTOCOL]);
  await expect.poll(() => frames.length).toBeGreaterThan(0);
  const { catalogue } = v.parse(welcomeSchema, JSON.parse(String(frames[0])));
  return catalogue.slice(0, 12).map(({ name }) => name);
}

/** Whether a part of the agent with this text was run. */
async function wasLoaded(text: string): Promise<boolean> {
  await agent.kill();
  const scripts = readdirSync(folder).flatMap((name) => {
    const { result } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as { result: { url: string }[] };
    return result.map(({ url }) => url);
  });
  const ours = scripts.filter((url) => url.includes('/dist/agent/'));
  expect(ours.length).toBeGreaterThan(5);
  return ours.some((url) => readFileSync(new URL(url), 'utf8').includes(text));
}

/** A sentence of the library. */
const OF_MESSAGE_PACK = 'Too deep objects';

it('an agent whose clients speak JSON loads nothing of MessagePack', async () => {
  const metrics = await twelveSeries();
  const frames = follow([SUBPROTOCOL], JSON.stringify({ action: 'subscribe', metrics, compact: true }));
  await expect.poll(() => frames.length).toBeGreaterThan(3);

  expect(await wasLoaded(OF_MESSAGE_PACK)).toBe(false);
});

it('samples of 12 series take a third of named JSON in MessagePack, and two fifths in compact JSON', async () => {
  const subscribe = { action: 'subscribe' as const, metrics: await twelveSeries() };
  const samples = async (frames: Buffer[], isSample: (frame: Buffer) => boolean): Promise<number> => {
    const sizes = (): number[] => frames.filter(isSample).map(({ length }) => length);
    await expect.poll(() => sizes().length, { timeout: 20_000 }).toBeGreaterThan(2);
    return Math.max(...sizes());
  };
  const named = follow([], JSON.stringify(subscribe));
  const compact = follow([SUBPROTOCOL], JSON.stringify({ ...subscribe, compact: true }));
  const packed = follow([SUBPROTOCOL_MSGPACK], encodeMessage(subscribe));
  const [plainBytes, compactBytes, packedBytes] = await Promise.all([
    samples(named, (frame) => frame.includes('"metrics"')),
    samples(compact, (frame) => frame.toString().startsWith('{"m":')),
    samples(packed, ([head, , type]) => head === 0xc7 && type === 1),
  ]);

  expect(packedBytes).toBeLessThanOrEqual(plainBytes / 3);
  expect(compactBytes).toBeLessThanOrEqual(plainBytes * 0.4);
  expect(await wasLoaded(OF_MESSAGE_PACK)).toBe(true);
});
