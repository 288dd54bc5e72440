import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { parseMountinfo } from './mountinfo.ts';
import { visibleMounts } from './visible-mounts.ts';

/** Ids of the visible ones among mounts given as `id parent mountPoint`. */
const seen = (...lines: readonly string[]): string =>
  visibleMounts(
    parseMountinfo(
      lines.map((line) => line.replace(/^(\S+ \S+) (.+)$/, '$1 8:1 / $2 rw - ext4 /dev/x rw\n')).join(''),
    ),
  )
    .map(({ id }) => id)
    .join(' ');

it.each([
  ['all where none covers another', ['1 0 /', '2 1 /a', '3 2 /a/b', '4 1 /ab'], '1 2 3 4'],
  ['not the one on whose root another one is', ['1 0 /', '2 1 /a', '3 2 /a'], '1 3'],
  ['of three on each other the last', ['1 0 /', '2 1 /a', '3 2 /a', '4 3 /a', '5 4 /a/b'], '1 4 5'],
  ['not what is below one that was covered', ['1 0 /', '2 1 /a', '3 2 /a/b', '4 2 /a'], '1 4'],
  ['not what is below the place of a later one', ['1 0 /', '2 1 /a/b', '3 2 /a/b/c', '4 1 /a'], '1 4'],
  ['what is mounted in what hides another one', ['1 0 /', '2 1 /a/b', '3 1 /a', '4 3 /a/b'], '1 3 4'],
  ['the later of two at the same place', ['1 0 /', '2 1 /a', '3 1 /a'], '1 3'],
  ['the root that covers the first one', ['1 1 /', '2 1 /', '3 1 /proc', '4 2 /proc'], '2 4'],
  ['those whose parents are out of sight', ['70 27 /', '71 70 /a'], '70 71'],
  ['nothing of a circle', ['1 2 /a', '2 1 /b'], ''],
  ['nothing whose place is no more', ['1 0 /', '2 1 /a//deleted'], '1'],
])('a path leads to %s', (_, lines, ids) => {
  expect(seen(...lines)).toBe(ids);
});

const canMount = process.getuid?.() === 0;

it.skipIf(!canMount)(`a path leads where the kernel says${canMount ? '' : ' (skipped: needs root)'}`, () => {
  const script = `
    mount --make-rprivate /; d=$(mktemp -d); mount -t tmpfs -o size=1M base "$d"; mkdir -p "$d/a/b" "$d/o" "$d/s"
    mount -t tmpfs -o size=2M under "$d/a/b"; mount -t tmpfs -o size=3M over "$d/a"; mkdir "$d/a/b"
    mount -t tmpfs -o size=4M first "$d/o"; mount -t tmpfs -o size=5M second "$d/o"
    mount -t tmpfs -o size=6M in "$d/a/b"; mount -t tmpfs -o size=7M alone "$d/s"
    echo "$d"; cat /proc/self/mountinfo; for m in a a/b o s; do echo "df $(df --output=source "$d/$m" | tail -1)"; done
    umount -l "$d"; rmdir "$d"`;
  const output = execFileSync('unshare', ['-m', 'sh', '-c', script], { encoding: 'latin1' });
  const [folder = ''] = output.split('\n', 1);
  const sources = new Map(
    output.split('\n').flatMap((line) => {
      const [before, after] = line.split(' - ');
      return after === undefined ? [] : [[before?.split(' ')[0], after.split(' ')[1]]];
    }),
  );
  const visible = visibleMounts(parseMountinfo(output)).filter(({ mountPoint }) =>
    mountPoint.startsWith(`${folder}/`),
  );
  const asDf = output.split('\n').flatMap((line) => (line.startsWith('df ') ? line.slice(3) : []));
  expect(visible.map(({ id }) => `${sources.get(id)}`).toSorted()).toEqual(asDf.toSorted());
  expect(asDf.toSorted()).toEqual(['alone', 'in', 'over', 'second']);
});
