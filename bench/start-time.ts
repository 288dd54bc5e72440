/**
 * How long from the start of the agent to its first values? From spawning `dist/agent/main.js` to the first sample whose `cpu` is
 * known on a client's connection, in turns with `node -e ''` from spawning to its end.
 *
 *   npm run build && npx tsx bench/start-time.ts [--rounds 15]
 */
import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { parseArgs } from 'node:util';
import { freePort } from './agents/free-port.ts';
import { connect } from './agents/subscriber.ts';
import { printConditions } from './measure/conditions.ts';
import { median, quantile } from './measure/statistics.ts';
import { printTable, verdict } from './measure/table.ts';
import { ROOT } from './processes/pinned.ts';

const RETRY_MS = 4;
/** How long the agent may wait for a baseline, so that its first rate is no noise. */
const BASELINE_MS = 100;

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '15' } } });

interface Start {
  readonly openMs: number;
  readonly firstMs: number;
}

printConditions();
const node: number[] = [];
const agent: Start[] = [];
for (let round = 0; round < Number(values.rounds); round += 1) {
  node.push(await nodeToItsEnd());
  agent.push(await agentToItsFirstSample());
}
const firstMs = agent.map((start) => start.firstMs);
printTable(`${values.rounds} starts of each, ms`, [
  row("`node -e ''` to its end", node),
  row(
    'agent to the open connection',
    agent.map(({ openMs }) => openMs),
  ),
  row('agent to the first sample with `cpu`', firstMs),
]);
const ratio = median(firstMs.map((ms, round) => (ms - BASELINE_MS) / (node[round] ?? Number.NaN)));
console.log(`\n- beyond ${BASELINE_MS} ms of baseline: ${verdict(ratio, 2.5, "× `node -e ''`")}`);
process.exit(0);

function row(what: string, times: readonly number[]): Record<string, string> {
  return {
    what,
    median: median(times).toFixed(0),
    'p10 to p90': `${quantile(times, 0.1).toFixed(0)} to ${quantile(times, 0.9).toFixed(0)}`,
    "of `node -e ''`": `${(median(times) / median(node)).toFixed(2)} ×`,
  };
}

async function nodeToItsEnd(): Promise<number> {
  const startMs = performance.now();
  await once(spawn(process.execPath, ['-e', ''], { stdio: 'ignore' }), 'exit');
  return performance.now() - startMs;
}

async function agentToItsFirstSample(): Promise<Start> {
  const port = await freePort();
  const startMs = performance.now();
  const child = spawn(process.execPath, ['dist/agent/main.js', '--port', String(port)], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const arrivals = new EventEmitter();
  const arrived = once(arrivals, 'values');
  const onFrame = (frame: Buffer): void => {
    const message = JSON.parse(frame.toString()) as { type: string; values?: (number | null)[] };
    if (message.type === 'metrics' && typeof message.values?.[0] === 'number') {
      arrivals.emit('values', performance.now());
    }
  };
  const socket = await connect(port, onFrame, RETRY_MS);
  const openMs = performance.now() - startMs;
  socket.send(JSON.stringify({ action: 'subscribe', metrics: ['cpu'] }));
  const [atMs] = (await arrived) as [number];
  socket.terminate();
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
  return { openMs, firstMs: atMs - startMs };
}
