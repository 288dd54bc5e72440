import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { Follower, startAgent } from '../harness/agent.ts';
import { printTable, printVerdict } from '../harness/bench.ts';
import { ControlGroup, TREE_V2 } from '../harness/control-group.ts';
import { Rounds } from '../harness/statistics.ts';

const WITHOUT = 'agent without history, 1 Hz';
const WITH = 'agent with history, 1 Hz';

/** Both agents at the same time, each with one client of everything. Root, for the control groups. */
export async function measureAgents(windows: number, seconds: number, warmUp: number): Promise<void> {
  const folder = mkdtempSync(`${os.tmpdir()}/metrics-panel-bench-history-`);
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const groups = new Map<string, ControlGroup>();
  for (const [name, flags] of [
    [WITHOUT, ['--history', 'off']],
    [WITH, ['--history-folder', folder]],
  ] as const) {
    const group = new ControlGroup(`/metrics-panel-bench-${process.pid}-${groups.size}`, [TREE_V2]);
    const agent = await startAgent({ shell: group.shell, flags });
    await Follower.start(agent.url);
    groups.set(name, group);
  }
  await sleep(warmUp * 1000);
  const results = new Rounds<{ readonly cpuPercent: number; readonly bytes: number }>();
  for (let window = 0; window < windows; window += 1) {
    const startMs = performance.now();
    const startCpuMs = new Map([...groups].map(([name, group]) => [name, group.cpuMs]));
    await sleep(seconds * 1000);
    const elapsedMs = performance.now() - startMs;
    for (const [name, group] of groups) {
      const cpuPercent = ((group.cpuMs - (startCpuMs.get(name) ?? 0)) / elapsedMs) * 100;
      results.add(name, { cpuPercent, bytes: group.residentBytes });
    }
  }
  for (const group of groups.values()) group.remove();
  const cpu = (name: string): number => results.median(name, ({ cpuPercent }) => cpuPercent);
  const resident = (name: string): number => results.median(name, ({ bytes }) => bytes) / 1e6;
  printTable(
    `${windows} windows of ${seconds} s after ${warmUp} s`,
    [WITHOUT, WITH].map((name) => ({
      program: name,
      'CPU, % of a core: median (windows)': `${cpu(name).toFixed(3)} (${results
        .of(name)
        .map(({ cpuPercent }) => cpuPercent.toFixed(3))
        .join(', ')})`,
      'resident MB': resident(name).toFixed(1),
    })),
  );
  console.log('');
  printVerdict(
    'CPU with history',
    results.ratio(WITH, WITHOUT, ({ cpuPercent }) => cpuPercent),
    1.15,
    '× without',
  );
  printVerdict('resident memory of the history', resident(WITH) - resident(WITHOUT), 6, 'MB');
}
