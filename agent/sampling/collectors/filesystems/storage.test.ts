import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseMountinfo } from './proc-mountinfo.ts';
import { storageAmong } from './storage.ts';

const fixture = (name: string): string => readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8');
const isNoFile = (): boolean => false;

describe('mountinfo', () => {
  it('is read by its columns, with any number of optional fields', () => {
    const mounts = parseMountinfo(fixture('server.txt'));
    expect(mounts).toHaveLength(21);
    expect(mounts.find(({ mountPoint }) => mountPoint === '/srv/data')).toEqual({
      device: '0:43',
      root: '/@data',
      mountPoint: '/srv/data',
      type: 'btrfs',
    });
  });

  it('has spaces and backslashes in names, escaped', () => {
    const names = parseMountinfo(fixture('server.txt')).map(({ mountPoint }) => mountPoint);
    expect(names).toContain('/media/My Disk\t\\x');
  });

  it.each(['', '\n', 'nonsense', '1 2 3:4 / /a rw', '1 2 3:4 / - ext4 x', '1 2 3:4 / /a rw - '])(
    'gives nothing for %j',
    (text) => {
      expect(parseMountinfo(text)).toEqual([]);
    },
  );
});

describe('real storage', () => {
  it('is what a disk or a server keeps, once each, where it can be seen', () => {
    const storages = storageAmong(parseMountinfo(fixture('server.txt')), isNoFile);
    expect(
      storages.map(({ mountPoint, type, isRemote }) => `${mountPoint} ${type}${isRemote ? ' remote' : ''}`),
    ).toEqual([
      '/ ext4',
      '/boot/efi vfat',
      '/home btrfs',
      '/media/My Disk\t\\x xfs',
      '/mnt/nas nfs4 remote',
      // The way to it leads over the server.
      '/mnt/nas/local ext4 remote',
      '/mnt/ssh fuse.sshfs remote',
      '/tank zfs',
      '/tank/home zfs',
    ]);
  });

  it('in a container is its overlay and its volumes, not the files that are mounted into it', () => {
    const mounts = parseMountinfo(fixture('container.txt'));
    const storages = storageAmong(mounts, (mountPoint) => mountPoint.startsWith('/etc/'));
    expect(storages.map(({ mountPoint }) => mountPoint)).toEqual(['/', '/var/lib/postgresql/data']);
  });

  it('below a remote root is reached over it', () => {
    const mounts = parseMountinfo(
      '21 1 0:20 / / rw - nfs4 nas:/root rw\n22 21 8:1 / /var rw - ext4 /dev/sda1 rw\n',
    );
    expect(storageAmong(mounts, isNoFile).map(({ mountPoint, isRemote }) => [mountPoint, isRemote])).toEqual([
      ['/', true],
      ['/var', true],
    ]);
  });

  it('is asked whether it is a file only where a part of a local filesystem is mounted', () => {
    const asked: string[] = [];
    storageAmong(parseMountinfo(fixture('container.txt')), (mountPoint) => {
      asked.push(mountPoint);
      return true;
    });
    expect(asked).toEqual(['/etc/resolv.conf', '/etc/hosts', '/var/lib/postgresql/data']);
  });

  it('of a small virtual machine is its one disk', () => {
    const storages = storageAmong(parseMountinfo(fixture('virtual-machine.txt')), isNoFile);
    expect(storages).toEqual([{ mountPoint: '/', type: 'ext4', isRemote: false }]);
  });

  it('with the type fuse may hang, whatever stands behind the dot', () => {
    const text =
      '1 0 0:9 / /a rw - fuse.rclone r: rw\n2 0 0:10 / /b rw - fuseblk /dev/sdx1 rw\n3 0 0:11 / /c rw - fuse.portal p rw\n';
    const storages = storageAmong(parseMountinfo(text), isNoFile);
    expect(storages.map(({ mountPoint, isRemote }) => [mountPoint, isRemote])).toEqual([
      ['/a', true],
      ['/b', true],
    ]);
  });
});
