import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';

const PROGRAM = fileURLToPath(new URL('testing/filesystems-process.ts', import.meta.url));
/** Run from where tsx is resolved. */
const READER = `(cd '${dirname(PROGRAM)}'; exec '${process.execPath}' --import tsx '${PROGRAM}')`;

/** Runs a script in `$d` with its own mount and PID namespaces, so that its mounts vanish with it. */
const alone = (folder: string, script: string): readonly [string, readonly string[]] => [
  'unshare',
  ['-m', '-p', '-f', '--mount-proc', '--kill-child', 'bash', '-c', `${PREPARE}\n${script}`, 'bash', folder],
];
/** `disk FILE PLACE` makes a filesystem and mounts it. */
const PREPARE = `set -e; d="$1"; mount -t tmpfs none "$d"; cd "$d"
disk() { truncate -s 64M "$1"; mkfs.ext4 -q -F "$1"; mkdir -p "$2"; mount -o loop "$1" "$2"; }`;

const newFolder = (): string => mkdtempSync(join(tmpdir(), 'filesystems-'));

function canDo(script: string): boolean {
  const folder = newFolder();
  const { status } = spawnSync(...alone(folder, script), { stdio: 'ignore' });
  rmdirSync(folder);
  return status === 0;
}

interface Reading {
  readonly values: Readonly<Record<string, number | null>>;
  readonly labels: readonly string[];
}

const canMount = canDo('disk a.img a');
const whyNot = canMount ? '' : ' (skipped: needs root, loop devices and mkfs.ext4)';

describe.skipIf(!canMount)(`the filesystems that the kernel really has${whyNot}`, () => {
  it('agree with df for names that are not UTF-8, without covered mounts', () => {
    const folder = newFolder();
    onTestFinished(() => rmdirSync(folder));
    const script = String.raw`
disk 1.img $'cass\xe9'; disk 2.img $'cass\xe8'; head -c 9000000 /dev/zero > $'cass\xe9/x'; sync -f $'cass\xe9'
disk 3.img covered; disk 4.img below/it; mount -t tmpfs none covered; mount -t tmpfs none below; mkdir below/it
${READER} < /dev/null | tail -n 1
for m in cass*; do df -B1 --output=used,avail,size "$m" | tail -n 1; done`;
    const output = execFileSync(...alone(folder, script), { encoding: 'utf8' });
    const [json = '', ...df] = output.trim().split('\n');
    const { values, labels } = JSON.parse(json) as Reading;
    const names = Object.keys(values).filter(
      (name) => name.endsWith('.totalBytes') && name.includes('-cass'),
    );
    const told = names.map((name) =>
      ['usedBytes', 'availableBytes', 'totalBytes'].map((what) => values[name.replace('totalBytes', what)]),
    );
    expect(told).toHaveLength(2);
    expect(new Set(told.map(String))).toEqual(new Set(df.map((line) => line.trim().split(/\s+/).join(','))));
    expect(told[0]?.[0]).not.toBe(told[1]?.[0]);
    const below = labels
      .filter((label) => label.startsWith(folder))
      .map((label) => label.slice(folder.length));
    expect(below).toEqual(['/cass\uFFFD', '/cass\uFFFD (2)']);
  });
});

const canAutomount = canMount && canDo('command -v automount');
const whyNoAutomount = canAutomount ? '' : ' (skipped: needs root, loop devices and autofs)';

describe.skipIf(!canAutomount)(`an automounter${whyNoAutomount}`, { timeout: 120_000 }, () => {
  it('unmounts a known filesystem that only the agent queries', async () => {
    const folder = newFolder();
    // In its own session, because members of the daemon's process group do not trigger mounts.
    const script = `
disk 1.img disk; umount disk; echo "$d/auto $d/map --timeout=3" > master; echo "it -fstype=ext4,loop :$d/1.img" > map
mkdir auto; setsid automount -f -C -n 1 -p "$d/pid" "$d/master" >&2 < /dev/null &
until grep -q " $d/auto .* autofs" /proc/self/mountinfo; do sleep 0.1; done
ls auto/it > /dev/null
${READER}`;
    const agent = spawn(...alone(folder, script), { stdio: ['pipe', 'pipe', 'inherit'] });
    const ended = once(agent, 'exit');
    onTestFinished(async () => {
      agent.kill('SIGKILL');
      await ended;
      rmdirSync(folder);
    });
    const used: (number | null | undefined)[] = [];
    for await (const line of createInterface(agent.stdout)) {
      const { values } = JSON.parse(line) as Reading;
      const [name] = Object.keys(values).filter((one) => one.endsWith('-auto-it.usedBytes'));
      used.push(name === undefined ? undefined : values[name]);
      if (used.at(-1) === undefined) agent.stdin.end();
    }
    expect(used[0]).toBeGreaterThan(0);
    expect(used.at(-1)).toBeUndefined();
  });
});
