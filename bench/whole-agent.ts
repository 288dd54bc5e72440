/**
 * What does the whole agent cost? As it is built, with all subjects and one client of everything at 1 Hz (and again with one at
 * 10 Hz, and again with the basic subjects only), beside Debian's netdata, btop and node_exporter, and a Node that does nothing. All run
 * at the same time on the same processors, so that whatever else the machine does hits all alike.
 *
 *   npm run build && npx tsx bench/whole-agent.ts [--windows 2] [--seconds 60] [--warm-up 20]
 *
 * Processor time is that of a control group each, children that lived for 3 ms included; clients are not in it. Linux only, as root, with
 * `apt-get install netdata btop prometheus-node-exporter` (what is not installed is left out).
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import { parseArgs } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './agents/free-port.ts';
import { spawnNetdata } from './agents/netdata.ts';
import { Subscriber } from './agents/subscriber.ts';
import { printConditions } from './measure/conditions.ts';
import { CpuGroup } from './measure/cpu-group.ts';
import { median } from './measure/statistics.ts';
import { printTable, verdict } from './measure/table.ts';
import { bundle } from './processes/bundle.ts';

const { values } = parseArgs({
  options: {
    windows: { type: 'string', default: '2' },
    seconds: { type: 'string', default: '60' },
    'warm-up': { type: 'string', default: '20' },
  },
});
const windows = Number(values.windows);
const windowMs = Number(values.seconds) * 1000;

const NODE = 'bare Node';
const AGENT = 'agent, 1 Hz';
const BASIC = 'agent, basic subjects only';
const FAST = 'agent, 10 Hz';
const NETDATA = 'netdata';
const NETDATA_PROC = 'netdata, /proc plugin only';
const BTOP = 'btop (2 s)';
const EXPORTER = 'node_exporter, scraped at 1 Hz';

/** Each starts and settles once it works. */
const CONTESTANTS: readonly [name: string, program: string, start: (group: CpuGroup) => Promise<void>][] = [
  [NODE, 'node', async (group) => startNode(group, ['-e', 'setInterval(() => {}, 1000)'])],
  [AGENT, 'node', (group) => startAgent(group, 'dist/agent/main.js', 1000)],
  [BASIC, 'node', async (group) => startAgent(group, await bundle('agents/basic-agent.ts'), 1000)],
  [FAST, 'node', (group) => startAgent(group, 'dist/agent/main.js', 100)],
  [NETDATA, 'netdata', async (group) => spawnNetdata(group, await freePort(), 'default')],
  [NETDATA_PROC, 'netdata', async (group) => spawnNetdata(group, await freePort(), 'proc')],
  [BTOP, 'btop', startBtop],
  [EXPORTER, 'prometheus-node-exporter', startExporter],
];

interface Runner {
  readonly name: string;
  readonly group: CpuGroup;
  /** Of one core, each window. */
  readonly cpuPercent: number[];
  readonly residentBytes: number[];
}

printConditions();
const clients = new Map<string, Subscriber>();
const runners: Runner[] = [];
for (const [name, program, start] of CONTESTANTS) {
  if (spawnSync('which', [program]).status !== 0) {
    console.log(`${name}: ${program} is not installed`);
    continue;
  }
  const group = new CpuGroup(name);
  await start(group);
  runners.push({ name, group, cpuPercent: [], residentBytes: [] });
}
await sleep(Number(values['warm-up']) * 1000);
for (let window = 0; window < windows; window += 1) await measure();
report();
process.exit(0);

async function measure(): Promise<void> {
  const startMs = performance.now();
  const before = runners.map(({ group }) => group.cpuMs());
  await sleep(windowMs);
  const elapsedMs = performance.now() - startMs;
  for (const [index, { name, group, cpuPercent, residentBytes }] of runners.entries()) {
    if (group.pids().length === 0) throw new Error(`${name} has ended`);
    cpuPercent.push(((group.cpuMs() - (before[index] ?? 0)) / elapsedMs) * 100);
    residentBytes.push(group.residentBytes());
  }
}

function report(): void {
  const nodeBytes = median(runners.find(({ name }) => name === NODE)?.residentBytes ?? []);
  printTable(
    `${windows} windows of ${windowMs / 1000} s`,
    runners.map(({ name, group, cpuPercent, residentBytes }) => ({
      program: name,
      'CPU, % of a core: median': median(cpuPercent).toFixed(3),
      windows: cpuPercent.map((value) => value.toFixed(3)).join(', '),
      'of the agent at 1 Hz': `${ratio(name, AGENT).toFixed(2)} ×`,
      'resident MB': (median(residentBytes) / 1e6).toFixed(1),
      'of bare Node': `${(median(residentBytes) / nodeBytes).toFixed(2)} ×`,
      processes: String(group.pids().length),
    })),
  );
  console.log('');
  for (const [name, client] of clients) {
    const { samples, tables, bytes, metrics } = client;
    console.log(
      `- ${name}: its client follows ${metrics} metrics, and had ${samples} samples, ${tables} tables, ${(bytes / 1024).toFixed(0)} KB`,
    );
  }
  target(AGENT, NETDATA, 1 / 6);
  target(AGENT, BTOP, 1 / 2);
  target(AGENT, EXPORTER, 1 / 4);
  target(BASIC, NETDATA_PROC, 1);
  const agentBytes = median(runners.find(({ name }) => name === AGENT)?.residentBytes ?? []);
  console.log(`- resident memory: ${verdict(agentBytes / nodeBytes, 1.5, '× bare Node')}`);
  const fast = median(runners.find(({ name }) => name === FAST)?.cpuPercent ?? []);
  console.log(`- CPU of ${FAST}: ${verdict(fast, 1, '% of a core')}`);
}

function target(name: string, yardstick: string, atMost: number): void {
  const found = ratio(name, yardstick);
  if (!Number.isNaN(found)) console.log(`- CPU of ${name}: ${verdict(found, atMost, `× ${yardstick}`)}`);
}

/** Median over the windows' ratios. */
function ratio(name: string, yardstick: string): number {
  const [one, other] = [name, yardstick].map((each) => runners.find((runner) => runner.name === each));
  return median(
    (one?.cpuPercent ?? []).map((value, window) => value / (other?.cpuPercent[window] ?? Number.NaN)),
  );
}

function startNode(group: CpuGroup, args: readonly string[]): void {
  group.spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
}

async function startAgent(group: CpuGroup, script: string, intervalMs: number): Promise<void> {
  const port = await freePort();
  startNode(group, [script, '--port', String(port)]);
  const name = script.includes('basic') ? BASIC : intervalMs === 1000 ? AGENT : FAST;
  clients.set(name, await Subscriber.ofEverything(port, intervalMs));
}

/** At a terminal of 160 × 50, which costs it no processor time: `script` is outside the group. */
async function startBtop(group: CpuGroup): Promise<void> {
  const home = mkdtempSync(`${os.tmpdir()}/metrics-panel-bench-btop-`);
  const terminal = new CpuGroup('terminal');
  const command = `echo $$ > ${group.processesFile}; stty rows 50 cols 160; exec btop --utf-force`;
  terminal.spawn('script', ['-qfc', command, '/dev/null'], {
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { ...process.env, HOME: home, XDG_CONFIG_HOME: home, TERM: 'xterm-256color' },
  });
  process.once('exit', () => {
    group.close();
    rmSync(home, { recursive: true, force: true });
  });
}

async function startExporter(group: CpuGroup): Promise<void> {
  const address = `127.0.0.1:${await freePort()}`;
  group.spawn('prometheus-node-exporter', [`--web.listen-address=${address}`], {
    stdio: ['ignore', 'ignore', 'ignore'],
  });
  const scrape = async (): Promise<void> => {
    const response = await fetch(`http://${address}/metrics`);
    await response.text();
  };
  await sleep(1000);
  await scrape();
  setInterval(() => void scrape(), 1000);
}
