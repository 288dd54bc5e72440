/**
 * Does the agent tell the truth? Runs the real agent, follows all of it as a v1 client, puts real load on this machine, and
 * compares every metric with what others see over the same time: `/proc`, `/sys` and control groups read by hand with each sample,
 * and the tools that are installed of `vmstat`, `mpstat`, `iostat`, `ss`, `df`, `ip`, `ps` and `prometheus-node-exporter`.
 *
 *   npx tsx bench/truth.ts          # about two minutes; Linux; root for the control groups
 *
 * Means are those of the whole window, which begins and ends at rest. Both sides read some milliseconds apart, so a second alone
 * says less than the mean does.
 */
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { printConditions } from './measure/conditions.ts';
import { readHost, readProcess } from './truth/by-hand.ts';
import type { Row } from './truth/comparison.ts';
import { canMakeGroups, ControlGroup, readContainer, readLimits } from './truth/control-groups.ts';
import { startExporter } from './truth/exporter.ts';
import { followAgent, type FollowedAgent } from './truth/followed-agent.ts';
import { HOST_LOADS, Loads } from './truth/loads.ts';
import { addReading, emptyReading } from './truth/reading.ts';
import { report } from './truth/report.ts';
import { askTools, startWatchers } from './truth/tools.ts';

/** Hexadecimal, as container ids are. */
const [BURNER_ID, READER_ID] = ['b', 'c'].map((digit) => digit.repeat(64));
const hasGroups = canMakeGroups();
const BURNER = 'a process busy for 30 % of the time';

const TABLE_METRICS = (
  [
    ['CPU', 'percent', 'rate'],
    ['memory', 'bytes', 'gauge'],
  ] as const
).map(([column, unit, kind]) => ({
  name: `processes: ${column} of ${BURNER}`,
  label: '',
  unit,
  kind,
  group: '',
  help: '',
  source: 'linux',
}));

process.setMaxListeners(0);
// Whatever happens, nothing is left behind.
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));

printConditions();
await compareHost();
if (hasGroups) await compareLimits();
else console.log('\nNot root, or no control groups of version 1: limits and containers are left out.');

async function compareHost(): Promise<void> {
  const loads = new Loads();
  const groups = hasGroups
    ? [new ControlGroup(`/docker/${BURNER_ID}`), new ControlGroup(`/docker/${READER_ID}`)]
    : [];
  const [burnerGroup, readerGroup] = groups;
  readerGroup?.set('memory', 'memory.limit_in_bytes', 64 * 2 ** 20);
  readerGroup?.countTransfers(tmpdir());
  const exporter = await startExporter();
  let agent: FollowedAgent | null = null;
  try {
    const burner = loads.script('part-time-burner.ts', burnerGroup?.shell);
    await wait(1000);
    agent = await followAgent();
    const { pid: agentPid } = agent;
    const burnerPid = burner.pid ?? Number.NaN;
    // The first frame comes with everything that the agent says of itself.
    await firstSample(agent);
    const rows: Row[] = [];
    const asked: Promise<void>[] = [];
    let table = emptyReading();
    let cells = new Map<string, number | null>();
    agent.onTable = ({ rows: processes }) => {
      table = readProcess(burnerPid, BURNER);
      const own = processes.find(([pid]) => pid === burnerPid);
      cells = new Map([
        [`processes: CPU of ${BURNER}`, numberIn(own?.[2])],
        [`processes: memory of ${BURNER}`, numberIn(own?.[3])],
      ]);
    };
    const scrape = async (row: Row): Promise<void> => {
      if (exporter !== null) row.others.set('node_exporter', await exporter.scrape());
    };
    agent.onSample = (values, timestampMs) => {
      const byHand = readHost(agentPid);
      addReading(byHand, table);
      if (burnerGroup !== undefined) addReading(byHand, readContainer(burnerGroup, shortId(BURNER_ID)));
      if (readerGroup !== undefined) addReading(byHand, readContainer(readerGroup, shortId(READER_ID)));
      byHand.rates.set('agent.sent', [agent?.receivedBytes ?? Number.NaN, performance.now() / 1000]);
      byHand.gauges.set('agent.sessions', 1);
      const row: Row = { timestampMs, values: new Map([...values, ...cells]), byHand, others: new Map() };
      if (burnerGroup !== undefined) row.others.set('schedstat of its process', burnerAlone(burnerPid));
      table = emptyReading();
      cells = new Map();
      rows.push(row);
      asked.push(ask(row));
      asked.push(scrape(row));
    };
    await nextSample(rows);
    const watchers = startWatchers();
    for (const { title, run } of HOST_LOADS) {
      console.error(`${new Date().toISOString()} ${title}`);
      await run(loads, readerGroup?.shell ?? '');
    }
    await nextSample(rows);
    agent.onSample = () => {};
    // So that they tell of the last second too.
    await wait(500);
    const means = await watchers.finish();
    await Promise.all(asked);
    const unchecked = report(
      `The host, ${rows.length - 1} samples of 1 s`,
      [...agent.catalogue(), ...TABLE_METRICS],
      rows,
      means,
    );
    console.log(`\nNobody else knows: ${unchecked.join(', ')}`);
  } finally {
    await agent?.stop();
    exporter?.stop();
    loads.end();
    for (const group of groups) group.remove();
  }
}

/** In a group with 256 MB, half a processor and 200 processes: the agent, a process that is always busy, and one that takes too much. */
async function compareLimits(): Promise<void> {
  const loads = new Loads();
  const group = new ControlGroup('/metrics-panel-truth');
  let agent: FollowedAgent | null = null;
  try {
    group.set('memory', 'memory.limit_in_bytes', 256 * 2 ** 20);
    group.set('cpu', 'cpu.cfs_period_us', 100_000);
    group.set('cpu', 'cpu.cfs_quota_us', 50_000);
    group.set('pids', 'pids.max', 200);
    agent = await followAgent(group.shell);
    const rows: Row[] = [];
    agent.onSample = (values, timestampMs) =>
      rows.push({ timestampMs, values, byHand: readLimits(group), others: new Map() });
    await wait(3000);
    await loads.for(8, 'while :; do :; done', group.shell);
    await loads.for(4, 'sleep 9 & sleep 9 & sleep 9', group.shell);
    const greedy = loads.start('echo 1000 > /proc/self/oom_score_adj; exec tail /dev/zero', group.shell);
    if (greedy.exitCode === null && greedy.signalCode === null) await once(greedy, 'exit');
    await wait(3000);
    agent.onSample = () => {};
    report(
      `An agent with limits, ${rows.length - 1} samples of 1 s`,
      agent.catalogue().filter(({ name }) => name.startsWith('limit.')),
      rows,
    );
  } finally {
    await agent?.stop();
    loads.end();
    group.remove();
  }
}

/** The burner is alone in its container, so the scheduler's own account of it is another way to the same value. */
function burnerAlone(pid: number): ReturnType<typeof emptyReading> {
  const reading = emptyReading();
  const { rates } = readProcess(pid, BURNER);
  for (const rate of rates.values()) reading.rates.set(`container.${shortId(BURNER_ID)}.cpu`, rate);
  return reading;
}

function shortId(id = ''): string {
  return id.slice(0, 12);
}

function numberIn(cell: string | number | null | undefined): number | null {
  return typeof cell === 'number' ? cell : null;
}

async function ask({ others }: Row): Promise<void> {
  for (const [tool, reading] of await askTools()) others.set(tool, reading);
}

function firstSample(agent: FollowedAgent): Promise<void> {
  return new Promise((resolve) => {
    agent.onSample = () => resolve();
  });
}

async function nextSample(rows: readonly Row[]): Promise<void> {
  const { length } = rows;
  while (rows.length === length) await wait(5);
}
