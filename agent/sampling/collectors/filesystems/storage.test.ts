import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseMountinfo } from '../../kernel/mountinfo.ts';
import { storageAmong } from './storage.ts';

const fixture = (name: string): string =>
  readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'latin1');
const isNoFile = (): boolean => false;

describe('mountinfo', () => {
  it('has columns after any number of optional fields', () => {
    const mounts = parseMountinfo(fixture('server.txt'));
    expect(mounts).toHaveLength(21);
    expect(mounts.find(({ mountPoint }) => mountPoint === '/srv/data')).toEqual({
      id: '42',
      parent: '27',
      device: '0:43',
      root: '/@data',
      mountPoint: '/srv/data',
      type: 'btrfs',
      source: '/dev/sdb',
      options: ['rw', 'subvolid=256', 'subvol=/@data'],
      isReadOnly: false,
    });
  });

  it('has escaped spaces and backslashes in names', () => {
    const names = parseMountinfo(fixture('server.txt')).map(({ mountPoint }) => mountPoint);
    expect(names).toContain('/media/My Disk\t\\x');
  });

  it.each(['', '\n', 'nonsense', '1 2 3:4 / /a rw', '1 2 3:4 / - ext4 x', '1 2 3:4 / /a rw - '])(
    'yields nothing for %j',
    (text) => {
      expect(parseMountinfo(text)).toEqual([]);
    },
  );
});

describe('real storage', () => {
  it('is what a disk or server stores, listed once, at a visible mount point', () => {
    const storages = storageAmong(parseMountinfo(fixture('server.txt')), isNoFile);
    expect(
      storages.map(({ mountPoint, type, isRemote }) => `${mountPoint} ${type}${isRemote ? ' remote' : ''}`),
    ).toEqual([
      '/ ext4',
      '/boot/efi vfat',
      '/home btrfs',
      '/media/My Disk\t\\x xfs',
      '/mnt/nas nfs4 remote',
      // Reached through the server.
      '/mnt/nas/local ext4 remote',
      '/mnt/ssh fuse.sshfs remote',
      '/tank zfs',
      '/tank/home zfs',
    ]);
  });

  it('in a container is its overlay and its volumes, without files mounted into it', () => {
    const mounts = parseMountinfo(fixture('container.txt'));
    const storages = storageAmong(mounts, (mountPoint) => mountPoint.startsWith('/etc/'));
    expect(storages.map(({ mountPoint }) => mountPoint)).toEqual(['/', '/var/lib/postgresql/data']);
  });

  it('below a remote root counts as remote', () => {
    const mounts = parseMountinfo(
      '21 1 0:20 / / rw - nfs4 nas:/root rw\n22 21 8:1 / /var rw - ext4 /dev/sda1 rw\n',
    );
    expect(storageAmong(mounts, isNoFile).map(({ mountPoint, isRemote }) => [mountPoint, isRemote])).toEqual([
      ['/', true],
      ['/var', true],
    ]);
  });

  it('is checked for being a file only if part of a local filesystem is mounted', () => {
    const asked: string[] = [];
    storageAmong(parseMountinfo(fixture('container.txt')), (mountPoint) => {
      asked.push(mountPoint);
      return true;
    });
    expect(asked).toEqual(['/etc/resolv.conf', '/etc/hosts', '/var/lib/postgresql/data']);
  });

  it('of a small virtual machine is its only disk', () => {
    const storages = storageAmong(parseMountinfo(fixture('virtual-machine.txt')), isNoFile);
    expect(storages).toMatchObject([{ mountPoint: '/', type: 'ext4', isRemote: false, idleMs: null }]);
  });

  it('with any FUSE type may hang', () => {
    const text =
      '1 0 0:9 / /a rw - fuse.rclone r: rw\n2 0 0:10 / /b rw - fuseblk /dev/sdx1 rw\n3 0 0:11 / /c rw - fuse.portal p rw\n';
    const storages = storageAmong(parseMountinfo(text), isNoFile);
    expect(storages.map(({ mountPoint, isRemote }) => [mountPoint, isRemote])).toEqual([
      ['/a', true],
      ['/b', true],
    ]);
  });

  it.each([
    ['at its place', '5 1 0:40 / /x rw - autofs systemd-1 rw,fd=1,timeout=60,direct', '/x', 60_000],
    ['above', '5 1 0:40 / /x rw - autofs /etc/auto.x rw,timeout=300,indirect', '/x/y/z', 300_000],
    ['that has no time', '5 1 0:40 / /x rw - autofs systemd-1 rw,timeout=0,direct', '/x', null],
    ['beside', '5 1 0:40 / /x rw - autofs /etc/auto.x rw,timeout=300,indirect', '/xy', null],
  ])('with an automounter %s may be unmounted when idle', (_, automounter, mountPoint, idleMs) => {
    const text = `1 0 8:1 / / rw - ext4 a rw\n${automounter}\n6 5 8:2 /part ${mountPoint} rw - ext4 b rw\n`;
    const asked: string[] = [];
    const storages = storageAmong(parseMountinfo(text), (path) => asked.push(path) === 0);
    expect(storages[1]).toMatchObject({ mountPoint, idleMs });
    // Examining it would reset its timeout.
    expect(asked).toEqual(idleMs === null ? [mountPoint] : []);
  });

  it('with an automounted and a permanent mount is shown at the permanent one', () => {
    const text =
      '1 0 8:1 / / rw - ext4 a rw\n5 1 0:40 / /x rw - autofs m rw,timeout=60\n6 5 8:2 / /x/y rw - ext4 b rw\n7 1 8:2 / /longer/way rw - ext4 b rw\n';
    expect(storageAmong(parseMountinfo(text), isNoFile).map(({ mountPoint }) => mountPoint)).toEqual([
      '/',
      '/longer/way',
    ]);
  });
});
