/**
 * Does the whole agent cost less than another build of it? Both as they are built, with all subjects and one client of everything, at
 * 1 Hz and at 10 Hz: all run at the same time on the same processors.
 *
 *   npm run build && npx tsx bench/versions.ts [--before FOLDER] [--folder FOLDER] [--flags "A;B"]
 *     [--warm-up 1200] [--windows 10] [--seconds 60]
 *
 * `--before` is a checkout of the other build, `--folder` one of this build if not here, so that it can be built anew meanwhile.
 * `--flags` are sets of Node's own flags, each of which is an agent more of this build: `--flags=--no-opt;--no-maglev`. Processor time
 * is that of all threads, of which the main one is told alone. Linux only.
 */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Follower, startAgent } from './harness/agent.ts';
import { begin, printTable, printVerdict } from './harness/bench.ts';
import { cpuMs, residentBytes, ROOT } from './harness/processes.ts';
import { Rounds } from './harness/statistics.ts';

const {
  folder: ownFolder,
  before,
  'warm-up': warmUp,
  windows,
  seconds,
  flags,
} = begin({ folder: ROOT, before: '', 'warm-up': 1200, windows: 10, seconds: 60, flags: '' });

const INTERVALS_MS = [1000, 100];
const [NOW, BEFORE] = ['this build', 'the build before'];
const BUILDS = [
  { build: NOW, folder: ownFolder, nodeFlags: [] },
  ...(before === '' ? [] : [{ build: BEFORE, folder: before, nodeFlags: [] }]),
  ...flags
    .split(';')
    .filter((set) => set !== '')
    .map((set) => ({ build: `${NOW}, ${set}`, folder: ownFolder, nodeFlags: set.split(' ') })),
];

interface Window {
  readonly cpuMs: number;
  readonly mainMs: number;
  readonly bytes: number;
}

const agents = new Map<string, { readonly pid: number; readonly follower: Follower }>();
for (const intervalMs of INTERVALS_MS) {
  for (const { build, folder, nodeFlags } of BUILDS) {
    const { pid, url } = await startAgent({ folder, nodeFlags, flags: [] });
    agents.set(nameOf(build, intervalMs), { pid, follower: await Follower.start(url, { intervalMs }) });
  }
}
const results = new Rounds<Window>();
for (let minute = 0; minute < warmUp / 60; minute += 1)
  await sleep(Math.min(60, warmUp - minute * 60) * 1000);
for (let window = 0; window < windows; window += 1) await measure();
report();
process.exit(0);

function nameOf(build: string, intervalMs: number): string {
  return `${build}, ${1000 / intervalMs} Hz`;
}

/** Of all threads, and of the main one alone, since the start. */
function spentBy(pid: number): Pick<Window, 'cpuMs' | 'mainMs'> {
  const [mainNs] = readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ', 1);
  return { cpuMs: cpuMs(pid), mainMs: Number(mainNs) / 1e6 };
}

async function measure(): Promise<void> {
  const started = new Map([...agents].map(([name, { pid }]) => [name, spentBy(pid)]));
  await sleep(seconds * 1000);
  for (const [name, { pid }] of agents) {
    const start = started.get(name) ?? { cpuMs: Number.NaN, mainMs: Number.NaN };
    const end = spentBy(pid);
    results.add(name, {
      cpuMs: end.cpuMs - start.cpuMs,
      mainMs: end.mainMs - start.mainMs,
      bytes: residentBytes(pid),
    });
  }
}

function report(): void {
  const reference = before === '' ? NOW : BEFORE;
  const percent = (ms: number): string => (ms / seconds / 10).toFixed(3);
  printTable(
    `${windows} windows of ${seconds} s after ${warmUp} s, medians: % of a core`,
    INTERVALS_MS.flatMap((intervalMs) =>
      BUILDS.map(({ build }) => {
        const name = nameOf(build, intervalMs);
        const { follower } = agents.get(name) ?? {};
        return {
          agent: name,
          CPU: percent(results.median(name, (window) => window.cpuMs)),
          'main thread': percent(results.median(name, (window) => window.mainMs)),
          [`of ${reference}`]: `${ratio(build, reference, intervalMs).toFixed(2)} ×`,
          'resident MB': (results.median(name, ({ bytes }) => bytes) / 1e6).toFixed(1),
          metrics: String(follower?.series.length),
          samples: String(follower?.samples),
          tables: String(follower?.tables),
        };
      }),
    ),
  );
  console.log('');
  if (before === '') return;
  for (const intervalMs of INTERVALS_MS) {
    printVerdict(`CPU, ${nameOf(NOW, intervalMs)}`, ratio(NOW, BEFORE, intervalMs), 0.75, `× ${BEFORE}`);
  }
}

function ratio(build: string, reference: string, intervalMs: number): number {
  return results.ratio(nameOf(build, intervalMs), nameOf(reference, intervalMs), (window) => window.cpuMs);
}
