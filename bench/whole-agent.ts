/**
 * What does the whole agent cost? As it is built, with all subjects and one client of everything at 1 Hz (and again with one at 10 Hz,
 * and again with the basic subjects only), beside Debian's netdata, btop and node_exporter, and a Node that does nothing. All run
 * at the same time on the same processors. Before that: how long from its start to its first sample?
 *
 *   npm run build && npx tsx bench/whole-agent.ts [--windows 2] [--seconds 60] [--warm-up 20] [--starts 15] [--before FOLDER]
 *
 * `--before` adds the agent of another checkout, built. Processor time is that of a control group each, children that lived for 3 ms
 * included, clients not. Linux only, as root, with `apt-get install netdata btop prometheus-node-exporter`; what is not installed is
 * left out.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import os from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { Follower, startAgent } from './harness/agent.ts';
import { begin, printTable, printVerdict } from './harness/bench.ts';
import { ControlGroup, TREE_V2 } from './harness/control-group.ts';
import { bundleProgram } from './harness/pages.ts';
import { launch, ROOT } from './harness/processes.ts';
import { quantile, Rounds } from './harness/statistics.ts';
import { startNetdata } from './whole-agent/netdata.ts';

const {
  windows,
  seconds,
  starts,
  before,
  'warm-up': warmUp,
} = begin({ windows: 2, seconds: 60, 'warm-up': 20, starts: 15, before: '' });

const NODE = 'bare Node';
const AGENT = 'agent, 1 Hz';
const BASIC = 'agent, basic subjects only, 1 Hz';
const FAST = 'agent, 10 Hz';
const NETDATA = 'netdata, as Debian configures it';
const NETDATA_PROC = 'netdata, /proc plugin only';
const BTOP = 'btop (2 s)';
const EXPORTER = 'node_exporter, scraped at 1 Hz';
const BEFORE = 'agent before, 1 Hz';
const SHIPPED = 'dist/agent/main.js';

/** Each settles once it works. Programs other than Node are left out where they are not installed. */
const CONTESTANTS: readonly [name: string, program: string, start: (group: ControlGroup) => unknown][] = [
  [NODE, 'node', (group) => launch([process.execPath, '-e', 'setInterval(() => {}, 1000)'], group, {})],
  [AGENT, 'node', (group) => startFollowed(group, AGENT, SHIPPED, 1000)],
  [BEFORE, before === '' ? '' : 'node', (group) => startFollowed(group, BEFORE, SHIPPED, 1000, before)],
  [
    BASIC,
    'node',
    async (group) => startFollowed(group, BASIC, await bundleProgram('whole-agent/basic-agent.ts'), 1000),
  ],
  [FAST, 'node', (group) => startFollowed(group, FAST, SHIPPED, 100)],
  [NETDATA, 'netdata', async (group) => startNetdata(group, await freePort(), 'default')],
  [NETDATA_PROC, 'netdata', async (group) => startNetdata(group, await freePort(), 'proc')],
  [BTOP, 'btop', startBtop],
  [EXPORTER, 'prometheus-node-exporter', startExporter],
];

await measureStarts();
const followers = new Map<string, Follower>();
const groups = new Map<string, ControlGroup>();
for (const [name, program, start] of CONTESTANTS) {
  if (program === '') continue;
  if (spawnSync('which', [program]).status !== 0) {
    console.log(`${name}: ${program} is not installed`);
    continue;
  }
  const id = `${process.pid}-${name.replaceAll(/\W+/g, '-')}`;
  const group = new ControlGroup(`/metrics-panel-bench-${id}`, [TREE_V2]);
  await start(group);
  groups.set(name, group);
}
await sleep(warmUp * 1000);
const results = new Rounds<{ readonly cpuPercent: number; readonly bytes: number }>();
for (let window = 0; window < windows; window += 1) await measure();
report();
process.exit(0);

async function measureStarts(): Promise<void> {
  const [bare, open, first] = [
    "`node -e ''` to its end",
    'agent until it listens',
    'agent to its first sample with `cpu`',
  ];
  const times = new Rounds<number>();
  for (let round = 0; round < starts; round += 1) {
    let startMs = performance.now();
    await once(spawn(process.execPath, ['-e', ''], { stdio: 'ignore' }), 'exit');
    times.add(bare, performance.now() - startMs);
    startMs = performance.now();
    const agent = await startAgent();
    times.add(open, performance.now() - startMs);
    const follower = await Follower.start(agent.url, { metrics: ['cpu'], tables: [] });
    times.add(first, performance.now() - startMs);
    follower.stop();
    await agent.stop();
  }
  printTable(
    `${starts} starts of each, ms`,
    [bare, open, first].map((what) => ({
      what,
      median: times.median(what, Number).toFixed(0),
      'p10 to p90': [0.1, 0.9].map((q) => quantile(times.of(what), q).toFixed(0)).join(' to '),
      "of `node -e ''`": `${times.ratio(what, bare, Number).toFixed(2)} ×`,
    })),
  );
  console.log('');
  // The agent waits for that long, so that its first rate is no noise.
  printVerdict(
    'first sample beyond 100 ms',
    times.median(first, (ms) => ms - 100) / times.median(bare, Number),
    2.5,
    "× `node -e ''`",
  );
}

async function measure(): Promise<void> {
  const startMs = performance.now();
  const startCpuMs = new Map([...groups].map(([name, group]) => [name, group.cpuMs]));
  await sleep(seconds * 1000);
  const elapsedMs = performance.now() - startMs;
  for (const [name, group] of groups) {
    if (group.pids.length === 0) throw new Error(`${name} has ended`);
    const cpuPercent = ((group.cpuMs - (startCpuMs.get(name) ?? 0)) / elapsedMs) * 100;
    results.add(name, { cpuPercent, bytes: group.residentBytes });
  }
}

function report(): void {
  printTable(
    `${windows} windows of ${seconds} s after ${warmUp} s`,
    [...groups].map(([name, group]) => ({
      program: name,
      'CPU, % of a core: median (windows)': `${cpu(name).toFixed(3)} (${results
        .of(name)
        .map(({ cpuPercent }) => cpuPercent.toFixed(3))
        .join(', ')})`,
      'of the agent at 1 Hz': `${ratio(name, AGENT).toFixed(2)} ×`,
      'resident MB': (results.median(name, ({ bytes }) => bytes) / 1e6).toFixed(1),
      'of bare Node': `${results.ratio(name, NODE, ({ bytes }) => bytes).toFixed(2)} ×`,
      processes: String(group.pids.length),
    })),
  );
  console.log('');
  for (const [name, { series, samples, tables, bytes }] of followers) {
    console.log(
      `- client of ${name}: ${series.length} metrics, ${samples} samples, ${tables} tables, ${(bytes / 1024).toFixed(0)} KB`,
    );
  }
  for (const [name, other, atMost] of [
    [AGENT, NETDATA, 1 / 6],
    [AGENT, BTOP, 1 / 2],
    [AGENT, EXPORTER, 1 / 4],
    [BASIC, NETDATA_PROC, 1],
  ] as const) {
    if (groups.has(other)) printVerdict(`CPU, ${name}`, ratio(name, other), atMost, `× ${other}`);
  }
  printVerdict(
    'resident memory',
    results.ratio(AGENT, NODE, ({ bytes }) => bytes),
    1.5,
    '× bare Node',
  );
  printVerdict(`CPU, ${FAST}`, cpu(FAST), 1, '% of a core');
}

function cpu(name: string): number {
  return results.median(name, ({ cpuPercent }) => cpuPercent);
}

function ratio(name: string, other: string): number {
  return results.ratio(name, other, ({ cpuPercent }) => cpuPercent);
}

async function startFollowed(
  group: ControlGroup,
  name: string,
  script: string,
  intervalMs: number,
  folder: string = ROOT,
): Promise<void> {
  const { url } = await startAgent({ folder, script, shell: group.shell, flags: [] });
  followers.set(name, await Follower.start(url, { intervalMs, tables: name === BASIC ? [] : ['processes'] }));
}

/** At a terminal of 160 × 50, which costs it no processor time: `script` is outside the group. */
function startBtop(group: ControlGroup): void {
  const home = mkdtempSync(`${os.tmpdir()}/metrics-panel-bench-btop-`);
  const command = `${group.shell} stty rows 50 cols 160; exec btop --utf-force`;
  launch(
    ['script', '-qfc', command, '/dev/null'],
    {},
    {
      stdio: ['pipe', 'ignore', 'ignore'],
      env: { ...process.env, HOME: home, XDG_CONFIG_HOME: home, TERM: 'xterm-256color' },
    },
  );
  process.once('exit', () => {
    group.remove();
    rmSync(home, { recursive: true, force: true });
  });
}

async function startExporter(group: ControlGroup): Promise<void> {
  const address = `127.0.0.1:${await freePort()}`;
  launch(['prometheus-node-exporter', `--web.listen-address=${address}`], group, { stdio: 'ignore' });
  await sleep(1000);
  setInterval(() => void fetch(`http://${address}/metrics`).then((response) => response.text()), 1000);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
