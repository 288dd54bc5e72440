import { chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import type { CpuGroup } from '../measure/cpu-group.ts';

/**
 * Debian's netdata in the foreground, on loopback, with all that it keeps in a folder of its own. As Debian configures it, but for
 * what would leave this machine (statistics, registry, cloud), its log, and its statsd port, which two of them cannot share.
 * @param plugins all that Debian's package runs, or only the one that reads `/proc`
 */
export function spawnNetdata(group: CpuGroup, port: number, plugins: 'default' | 'proc'): void {
  const folder = mkdtempSync(`${os.tmpdir()}/metrics-panel-bench-netdata-`);
  const [cache, lib, log, cloud] = ['cache', 'lib', 'log', 'lib/cloud.d'].map((name) => `${folder}/${name}`);
  const owner = userOf('netdata');
  for (const path of [folder, cache, lib, log, cloud]) {
    if (path === undefined) continue;
    mkdirSync(path, { recursive: true });
    chownSync(path, owner.uid, owner.gid);
  }
  writeFileSync(`${cloud}/cloud.conf`, '[global]\n  enabled = no\n');
  const sections = {
    global: { 'run as user': 'netdata', 'bind socket to IP': '127.0.0.1' },
    directories: { cache, lib, log, home: lib },
    logs: { debug: 'none', error: 'none', access: 'none' },
    statsd: { enabled: 'no' },
    registry: { enabled: 'no' },
    ...(plugins === 'proc' ? PROC_ONLY : {}),
  };
  const path = `${folder}/netdata.conf`;
  writeFileSync(
    path,
    Object.entries(sections)
      .map(([name, lines]) => section(name, lines))
      .join('\n'),
  );
  group.spawn('netdata', ['-D', '-c', path, '-i', '127.0.0.1', '-p', String(port)], {
    stdio: ['ignore', 'ignore', 'ignore'],
    env: { ...process.env, DO_NOT_TRACK: '1', DISABLE_TELEMETRY: '1' },
  });
  process.once('exit', () => {
    group.close();
    rmSync(folder, { recursive: true, force: true });
  });
}

/** Also without what is not collecting: alarms, machine learning, its own statistics, a database on disk. */
const PROC_ONLY = {
  db: { mode: 'ram' },
  health: { enabled: 'no' },
  ml: { enabled: 'no' },
  plugins: {
    'enable running new plugins': 'no',
    'netdata monitoring': 'no',
    'netdata monitoring extended': 'no',
    proc: 'yes',
    ...Object.fromEntries(
      [
        'apps',
        'cgroups',
        'charts.d',
        'diskspace',
        'idlejitter',
        'nfacct',
        'perf',
        'slabinfo',
        'tc',
        'timex',
        'fping',
        'ioping',
        'cups',
        'checks',
        'ebpf',
        'python.d',
        'go.d',
        'profile',
      ].map((name) => [name, 'no']),
    ),
  },
};

function section(name: string, lines: Readonly<Record<string, string | undefined>>): string {
  return `[${name}]\n${Object.entries(lines)
    .map(([key, value]) => `\t${key} = ${value}\n`)
    .join('')}`;
}

function userOf(name: string): { readonly uid: number; readonly gid: number } {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((each) => each.startsWith(`${name}:`));
  if (line === undefined) throw new Error(`There is no user ${name}: install Debian's netdata`);
  const [, , uid, gid] = line.split(':').map(Number);
  return { uid: uid ?? 0, gid: gid ?? 0 };
}
