/**
 * What do exports cost? Agents as they are built, one without any and one with each, side by side at the same time, with receivers that take everything.
 *
 *   npm run build && npx tsx bench/exports.ts [--windows 3] [--seconds 60] [--warm-up 60] [--push-interval 2]
 *
 * Linux only; MQTT with Debian's mosquitto. Processor time of all threads, receivers not counted. A push costs more while the code is new.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createSocketServer, type AddressInfo, type Server } from 'node:net';
import os from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startAgent } from './harness/agent.ts';
import { begin, printTable } from './harness/bench.ts';
import { cpuMs, launch, residentBytes } from './harness/processes.ts';
import { Rounds } from './harness/statistics.ts';

const {
  windows,
  seconds,
  'warm-up': warmUp,
  'push-interval': interval,
} = begin({ windows: 3, seconds: 60, 'warm-up': 60, 'push-interval': 2 });

const NONE = 'none';
const receiver = createServer((request, response) => {
  request.resume().on('end', () => response.end('{}'));
});
const http = `http://127.0.0.1:${await listen(receiver)}`;
const exporters: [name: string, flags: readonly string[]][] = [
  [NONE, []],
  ['--otlp', ['--otlp', http]],
  ['--influx', ['--influx', `${http}/write`]],
];
if (spawnSync('which', ['mosquitto']).status === 0)
  exporters.push(['--mqtt', ['--mqtt', `mqtt://127.0.0.1:${await startBroker()}`]]);

const agents = new Map<string, number>();
for (const [name, flags] of exporters) {
  const all = ['--history', 'off', '--push-interval', String(interval), ...flags];
  agents.set(name, (await startAgent({ flags: all })).pid);
}
await sleep(warmUp * 1000);
const results = new Rounds<{ readonly ms: number; readonly bytes: number }>();
for (let window = 0; window < windows; window += 1) {
  const before = new Map([...agents].map(([name, pid]) => [name, cpuMs(pid)]));
  await sleep(seconds * 1000);
  for (const [name, pid] of agents)
    results.add(name, { ms: cpuMs(pid) - (before.get(name) ?? 0), bytes: residentBytes(pid) });
}
const ms = (name: string): number => results.median(name, (result) => result.ms);
const megabytes = (name: string): number => results.median(name, ({ bytes }) => bytes) / 1e6;
printTable(
  `${windows} windows of ${seconds} s after ${warmUp} s, a push each ${interval} s`,
  [...agents.keys()].map((name) => ({
    exporter: name,
    'CPU ms a push': ((ms(name) - ms(NONE)) / (seconds / interval)).toFixed(1),
    'CPU of the agent without': `${results.ratio(name, NONE, (result) => result.ms).toFixed(2)} ×`,
    'resident MB': `${megabytes(name).toFixed(1)} (+${(megabytes(name) - megabytes(NONE)).toFixed(1)})`,
  })),
);
process.exit(0);

/** @returns its port */
async function startBroker(): Promise<number> {
  const folder = mkdtempSync(join(os.tmpdir(), 'metrics-panel-bench-mqtt-'));
  process.once('exit', () => rmSync(folder, { recursive: true }));
  const probe = createSocketServer();
  const port = await listen(probe);
  probe.close();
  const file = join(folder, 'mosquitto.conf');
  writeFileSync(file, `listener ${port} 127.0.0.1\nallow_anonymous true\n`);
  launch(['mosquitto', '-c', file], {}, { stdio: 'ignore' });
  await sleep(1000);
  return port;
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
}
