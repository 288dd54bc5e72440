/**
 * Do a thousand sockets whose requests never end (slowloris), and a thousand WebSockets that never show a token, hold up those who mean it? Do a
 * hundred viewers who ask for the whole past ten times a second? All come again whenever they are closed. Honest viewers beside them, of all metrics at 10 Hz, tell how long each sample takes from its timestamp to
 * its arrival; undisturbed and disturbed times take turns.
 *
 *   npm run build && npx tsx bench/hostile-sockets.ts [--rounds 5] [--seconds 10] [--scene 1]
 *
 * Linux only: the sockets come from many addresses of 127.0.0.0/8.
 */
import { get } from 'node:http';
import { parseArgs } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HonestViewersCommands } from './crowd/honest-viewers-process.ts';
import type { HostileOrder, HostileSocketsCommands } from './crowd/hostile-sockets-process.ts';
import { printConditions } from './measure/conditions.ts';
import { cpuMs, residentBytes } from './measure/process-values.ts';
import { max, median, quantile } from './measure/statistics.ts';
import { printTable, verdict } from './measure/table.ts';
import { LOAD_CORE } from './processes/pinned.ts';
import { Worker } from './processes/worker.ts';
import { startAgent } from './servers/agent-process.ts';

const VIEWERS = 5;
const VIEWERS_INTERVAL_MS = 100;
const EACH = 1000;
const SETTLE_MS = 3000;
const VISITS = 10;
const TOKEN = 'a-secret-of-32-random-characters';
const TARGET = 1.5;
process.env['METRICS_PANEL_TOKEN'] = TOKEN;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '10' },
    scene: { type: 'string' },
  },
});
const rounds = Number(values.rounds);
const windowMs = Number(values.seconds) * 1000;

interface Window {
  /** What each viewer was sent of what it asked for. */
  readonly samplesPercent: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly visitMs: number;
  readonly healthMs: number;
  readonly cpuPercent: number;
  readonly ownLatenessMs: number;
  /** Of the agent's own making: see `FilledAgentCommands`. */
  readonly keptP99Ms: number;
}

interface Scene {
  readonly name: string;
  readonly addresses: number;
  readonly limits?: readonly string[];
  /** Viewers that ask for the whole past again and again, instead of the slow and the silent. */
  readonly greedy?: number;
}

const SCENES: readonly Scene[] = [
  { name: 'raised limits, 1,000 addresses', addresses: 1000 },
  { name: 'default limits, 1,000 addresses', addresses: 1000, limits: [] },
  { name: 'default limits, one address', addresses: 1, limits: [] },
  { name: '100 greedy viewers, 10 addresses', addresses: 10, limits: [], greedy: 100 },
];

/** From source, so that it can be started with its ring filled. */
const FILLED_AGENT = { flags: ['--import', 'tsx'], script: 'bench/servers/filled-agent.ts' };

printConditions();
const found: { readonly scene: Scene; readonly calm: Window[]; readonly attacked: Window[] }[] = [];
const scenes =
  values.scene === undefined ? SCENES : SCENES.slice(Number(values.scene) - 1, Number(values.scene));
for (const scene of scenes) found.push({ scene, ...(await play(scene)) });
report();
process.exit(0);

async function play({
  name,
  addresses,
  limits,
  greedy = 0,
}: Scene): Promise<{ calm: Window[]; attacked: Window[] }> {
  const { flags, script } = greedy > 0 ? FILLED_AGENT : { flags: [], script: undefined };
  const agent = await startAgent(flags, limits, script);
  const viewers = Worker.start<HonestViewersCommands>('crowd/honest-viewers-process.ts', [], {
    core: LOAD_CORE,
  });
  const attackers = Worker.start<HostileSocketsCommands>('crowd/hostile-sockets-process.ts', [], {
    core: LOAD_CORE,
    nice: 19,
  });
  const each = greedy > 0 ? 0 : EACH;
  const order: HostileOrder = { port: agent.port, slow: each, silent: each, greedy, token: TOKEN, addresses };
  await viewers.ask('connect', { port: agent.port, count: VIEWERS, token: TOKEN });
  await sleep(SETTLE_MS);
  const [calm, attacked]: [Window[], Window[]] = [[], []];
  const measure = async (): Promise<Window> => {
    await viewers.ask('delays');
    await viewers.ask('ownLateness');
    if (greedy > 0) await agent.worker.ask('keptMs');
    const [startMs, cpuStartMs] = [performance.now(), cpuMs(agent.pid)];
    const visitsMs: number[] = [];
    const healthMs: number[] = [];
    for (let visit = 0; visit < VISITS; visit += 1) {
      visitsMs.push(await viewers.ask('visit', { port: agent.port, token: TOKEN }));
      healthMs.push(await health(agent.port));
      await sleep(startMs + ((visit + 1) * windowMs) / VISITS - performance.now());
    }
    const delays = await viewers.ask('delays');
    return {
      ownLatenessMs: await viewers.ask('ownLateness'),
      keptP99Ms: greedy > 0 ? quantile(await agent.worker.ask('keptMs'), 0.99) : Number.NaN,
      samplesPercent: (delays.length / VIEWERS / ((performance.now() - startMs) / VIEWERS_INTERVAL_MS)) * 100,
      p50Ms: quantile(delays, 0.5),
      p99Ms: quantile(delays, 0.99),
      visitMs: median(visitsMs),
      healthMs: max(healthMs),
      cpuPercent: ((cpuMs(agent.pid) - cpuStartMs) / (performance.now() - startMs)) * 100,
    };
  };
  for (let round = 0; round < rounds; round += 1) {
    calm.push(await measure());
    await attackers.ask('start', order);
    attacked.push(await measure());
    const sockets = await attackers.ask('look');
    const resident = (residentBytes(agent.pid) / 1024 / 1024).toFixed(0);
    console.log(
      `${name}, round ${round + 1}: ${sockets.slow} slow, ${sockets.silent} silent and ${sockets.greedy} greedy open, ${sockets.closed} closed, ${sockets.refused} refused; agent ${resident} MB`,
    );
    await attackers.ask('stop');
    await sleep(SETTLE_MS);
  }
  await Promise.all([viewers.stop(), attackers.stop()]);
  await agent.stop();
  return { calm, attacked };
}

/** How long the local health check takes, on a new connection. */
function health(port: number): Promise<number> {
  const startMs = performance.now();
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path: '/healthz', agent: false }, (response) => {
      if (response.statusCode !== 200)
        reject(new Error(`The health check was answered with ${response.statusCode}`));
      response.resume().on('end', () => resolve(performance.now() - startMs));
    }).on('error', reject);
  });
}

function report(): void {
  const middle = (windows: readonly Window[], value: keyof Window): string =>
    median(windows.map((window) => window[value])).toFixed(1);
  printTable(
    `${EACH} slow and ${EACH} silent sockets, or greedy viewers; ${VIEWERS} viewers; medians of ${rounds} windows of ${windowMs / 1000} s`,
    found.flatMap(({ scene, calm, attacked }) =>
      [
        { when: 'undisturbed', of: calm },
        { when: 'disturbed', of: attacked },
      ].map(({ when, of }) => {
        return {
          agent: scene.name,
          when,
          'p50 ms': middle(of, 'p50Ms'),
          'p99 ms': middle(of, 'p99Ms'),
          'p99 of each window': of.map(({ p99Ms }) => p99Ms.toFixed(1)).join(', '),
          'a new viewer to its first sample, ms': middle(of, 'visitMs'),
          'slowest health check, ms': middle(of, 'healthMs'),
          'samples for each viewer, of those that were due': middle(of, 'samplesPercent'),
          'kept by the agent’s own work, p99 ms': middle(of, 'keptP99Ms'),
          'viewers’ own lateness, p99 ms': middle(of, 'ownLatenessMs'),
          'agent CPU %': middle(of, 'cpuPercent'),
        };
      }),
    ),
  );
  console.log('');
  for (const { scene, calm, attacked } of found) {
    const ratio = median(attacked.map(({ p99Ms }) => p99Ms)) / median(calm.map(({ p99Ms }) => p99Ms));
    console.log(`${scene.name}: p99 disturbed to undisturbed ${verdict(ratio, TARGET, '×')}`);
    if (scene.greedy === undefined) continue;
    const [busy, idle] = [attacked, calm].map((windows) => median(windows.map(({ keptP99Ms }) => keptP99Ms)));
    const kept = (busy ?? Number.NaN) / (idle ?? Number.NaN);
    console.log(
      `${scene.name}: the same of what the agent’s own work kept them ${verdict(kept, TARGET, '×')}`,
    );
  }
}
