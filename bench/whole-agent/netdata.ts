import { chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import type { ControlGroup } from '../harness/control-group.ts';
import { launch } from '../harness/processes.ts';

type Sections = Readonly<Record<string, Readonly<Record<string, string>>>>;

const OTHER_PLUGINS =
  'apps cgroups charts.d diskspace idlejitter nfacct perf slabinfo tc timex fping ioping cups checks ebpf python.d go.d profile';

/** Leaves out everything but the plugin that reads `/proc`: alarms, machine learning, its own statistics, the database on disk too. */
const PROC_ONLY: Sections = {
  db: { mode: 'ram' },
  health: { enabled: 'no' },
  ml: { enabled: 'no' },
  plugins: {
    'enable running new plugins': 'no',
    'netdata monitoring': 'no',
    'netdata monitoring extended': 'no',
    proc: 'yes',
    ...Object.fromEntries(OTHER_PLUGINS.split(' ').map((name) => [name, 'no'])),
  },
};

/**
 * Starts Debian's netdata in the foreground, on loopback, with its files in a folder of its own. Configured as in Debian, without
 * anything that would leave this machine (statistics, registry, cloud), logs, and the statsd port, which two instances cannot share.
 */
export function startNetdata(group: ControlGroup, port: number, plugins: 'default' | 'proc'): void {
  const folder = mkdtempSync(`${os.tmpdir()}/metrics-panel-bench-netdata-`);
  const [, , uid = 0, gid = 0] = userLine('netdata').split(':').map(Number);
  for (const path of ['', '/cache', '/log', '/lib', '/lib/cloud.d']) {
    mkdirSync(folder + path, { recursive: true });
    chownSync(folder + path, uid, gid);
  }
  writeFileSync(`${folder}/lib/cloud.d/cloud.conf`, '[global]\n  enabled = no\n');
  const sections: Sections = {
    global: { 'run as user': 'netdata', 'bind socket to IP': '127.0.0.1' },
    directories: {
      cache: `${folder}/cache`,
      lib: `${folder}/lib`,
      log: `${folder}/log`,
      home: `${folder}/lib`,
    },
    logs: { debug: 'none', error: 'none', access: 'none' },
    statsd: { enabled: 'no' },
    registry: { enabled: 'no' },
    ...(plugins === 'proc' ? PROC_ONLY : {}),
  };
  const lines = Object.entries(sections).flatMap(([name, section]) => [
    `[${name}]`,
    ...Object.entries(section).map(([key, value]) => `\t${key} = ${value}`),
  ]);
  writeFileSync(`${folder}/netdata.conf`, `${lines.join('\n')}\n`);
  const command = ['netdata', '-D', '-c', `${folder}/netdata.conf`, '-i', '127.0.0.1', '-p', String(port)];
  launch(command, group, {
    stdio: 'ignore',
    env: { ...process.env, DO_NOT_TRACK: '1', DISABLE_TELEMETRY: '1' },
  });
  process.once('exit', () => {
    group.remove();
    rmSync(folder, { recursive: true, force: true });
  });
}

function userLine(name: string): string {
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  const line = lines.find((each) => each.startsWith(`${name}:`));
  if (line === undefined) throw new Error(`There is no user ${name}: install Debian's netdata`);
  return line;
}
