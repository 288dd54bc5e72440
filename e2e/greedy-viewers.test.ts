import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { decodeServerFrame } from '../shared/client/server-frames.ts';
import { GreedyViewer } from '../bench/crowd/greedy-viewer.ts';
import { startAgent, type AgentProcess } from './agent-process.ts';

/** With a past that fills its ring. */
const FILLED_AGENT = fileURLToPath(new URL('../bench/servers/filled-agent.ts', import.meta.url));
const GREEDY = 10;
const SAMPLES = 20;

let agent: AgentProcess;
let greedy: GreedyViewer[];
let endings = 0;

beforeAll(async () => {
  agent = await startAgent({ program: ['--import', 'tsx', FILLED_AGENT] });
  greedy = Array.from(
    { length: GREEDY },
    () => new GreedyViewer({ port: agent.port, token: '', localAddress: '127.0.0.1' }, () => (endings += 1)),
  );
});
afterAll(async () => {
  for (const viewer of greedy) viewer.leave();
  await agent.kill();
});

it('a viewer who comes while ten others ask for all the past again and again gets every sample', async () => {
  const socket = new WebSocket(`${agent.url.replace('http', 'ws')}metrics`, 'metrics-panel.v1');
  socket.on('open', () => socket.send('{"action":"subscribe","metrics":["*"]}'));
  const seqs: number[] = [];
  const gaps: string[] = [];
  let holes = 0;
  await new Promise<void>((resolve, reject) => {
    socket.on('error', reject);
    socket.on('message', (text: Buffer) => {
      for (const message of decodeServerFrame(text.toString())) {
        if (message.type === 'gap') gaps.push(message.reason);
        if (message.type !== 'metrics') continue;
        if (message.prev !== (seqs.at(-1) ?? 0)) holes += 1;
        seqs.push(message.seq);
        if (seqs.length === SAMPLES) resolve();
      }
    });
  });
  socket.terminate();
  expect({ holes, gaps }).toEqual({ holes: 0, gaps: [] });
  // They go on as long as they like, or were told that this is too much.
  await expect.poll(() => endings, { timeout: 30_000 }).toBeGreaterThan(0);
}, 120_000);
