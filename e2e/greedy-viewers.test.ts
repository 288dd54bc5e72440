import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { decodeServerFrame } from '../shared/client/server-frames.ts';
import { GreedyViewer } from '../bench/hostile/greedy-viewer.ts';
import { startAgent, type AgentProcess } from './agent-process.ts';

const FILLED_AGENT = fileURLToPath(new URL('../bench/hostile/filled-agent.ts', import.meta.url));
const GREEDY = 10;
const SAMPLES = 20;

let agents: AgentProcess[];
let greedy: GreedyViewer[];
let endings = 0;

beforeAll(async () => {
  const start = (): Promise<AgentProcess> => startAgent({ program: ['--import', 'tsx', FILLED_AGENT] });
  agents = await Promise.all([start(), start()]);
  greedy = Array.from(
    { length: GREEDY },
    () =>
      new GreedyViewer(
        { port: agents[0]?.port ?? 0, token: '', localAddress: '127.0.0.1' },
        () => (endings += 1),
      ),
  );
});
afterAll(async () => {
  for (const viewer of greedy) viewer.leave();
  await Promise.all(agents.map(({ kill }) => kill()));
});

/** A well-behaved viewer, and what it has received so far. */
class Viewer {
  samples = 0;
  holes = 0;
  readonly gaps = new Set<string>();
  readonly #socket: WebSocket;
  #newest = 0;

  constructor({ url }: AgentProcess) {
    this.#socket = new WebSocket(`${url.replace('http', 'ws')}metrics`, 'metrics-panel.v1');
    this.#socket.on('open', () => this.#socket.send('{"action":"subscribe","metrics":["*"]}'));
    this.#socket.on('message', (text: Buffer) => {
      for (const message of decodeServerFrame(text.toString())) {
        if (message.type === 'gap') this.gaps.add(message.reason);
        if (message.type !== 'metrics') continue;
        if (message.prev !== this.#newest) this.holes += 1;
        this.#newest = message.seq;
        this.samples += 1;
      }
    });
  }

  leave(): void {
    this.#socket.terminate();
  }
}

it('a viewer gets every sample while ten others request the whole past again and again', async () => {
  // The other agent shows what the machine can do at present.
  const viewers = agents.map((agent) => new Viewer(agent));
  const [disturbed, undisturbed] = viewers;
  await expect.poll(() => disturbed?.samples, { timeout: 60_000 }).toBeGreaterThanOrEqual(SAMPLES);
  for (const viewer of viewers) viewer.leave();
  expect(disturbed).toMatchObject({ holes: 0 });
  expect([...(disturbed?.gaps ?? [])].filter((reason) => reason !== 'stall')).toEqual([]);
  expect(undisturbed?.samples).toBeLessThan(2 * SAMPLES);
  // Greedy viewers continue until the agent refuses them.
  await expect.poll(() => endings, { timeout: 60_000 }).toBeGreaterThan(0);
}, 180_000);
