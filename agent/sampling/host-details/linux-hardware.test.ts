import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { THIS_HOST } from '../kernel/roots.ts';
import { pciNameOf, readLinuxHardware } from './linux-hardware.ts';

const NAMES = `# A comment
1002  Advanced Micro Devices, Inc. [AMD/ATI]
	13c0  Granite Ridge [Radeon Graphics]
10de  NVIDIA Corporation
	2684  AD102 [GeForce RTX 4090]
		1043 889a  ROG Strix
	2704  AD103 [GeForce RTX 4080]
8086  Intel Corporation
	2684  Not a graphics card
`;

let root: string;
let names: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'metrics-panel-'));
  names = join(root, 'pci.ids');
  writeFileSync(names, NAMES);
});
afterEach(() => rmSync(root, { recursive: true }));

function write(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), `${text}\n`);
  }
}

const read = (lists = [names]) => readLinuxHardware({ ...THIS_HOST, sys: root }, lists);

describe('the hardware of a Linux host', () => {
  it('includes disks with vendor, model and size, without devices that only look like disks', async () => {
    write({
      'block/nvme0n1/size': '1953525168',
      'block/nvme0n1/device/model': 'Samsung SSD 980 PRO 1TB                 ',
      'block/sda/size': '7814037168',
      'block/sda/device/model': 'WDC WD40EFRX-68N',
      'block/sda/device/vendor': 'ATA     ',
      'block/sdb/size': '60062500',
      'block/sdb/device/model': 'Ultra Fit',
      'block/sdb/device/vendor': 'SanDisk',
      'block/vda/size': '536870912',
      'block/vda/device/vendor': '0x1af4',
      'block/sr0/size': '0',
      'block/sr0/device/model': 'DVD-RAM',
      'block/loop0/size': '8',
      'block/dm-0/size': '1000',
    });
    expect(await read()).toEqual({
      disks: [
        'Samsung SSD 980 PRO 1TB, 932 GiB',
        'WDC WD40EFRX-68N, 3.64 TiB',
        'SanDisk Ultra Fit, 28.6 GiB',
        '256 GiB',
      ],
    });
  });

  it('includes graphics cards by name, or by vendor without a list of names', async () => {
    write({
      'bus/pci/devices/0000:01:00.0/class': '0x030000',
      'bus/pci/devices/0000:01:00.0/vendor': '0x10de',
      'bus/pci/devices/0000:01:00.0/device': '0x2684',
      'bus/pci/devices/0000:02:00.0/class': '0x030200',
      'bus/pci/devices/0000:02:00.0/vendor': '0x1002',
      'bus/pci/devices/0000:02:00.0/device': '0xffff',
      'bus/pci/devices/0000:03:00.0/class': '0x020000',
      'bus/pci/devices/0000:03:00.0/vendor': '0x8086',
      'bus/pci/devices/0000:03:00.0/device': '0x2684',
    });
    expect(await read()).toEqual({
      gpus: ['NVIDIA Corporation AD102 [GeForce RTX 4090]', 'Advanced Micro Devices, Inc. [AMD/ATI]'],
    });
    expect(await read([join(root, 'none')])).toEqual({ gpus: ['NVIDIA', 'AMD'] });
  });

  it('contains no active characters', async () => {
    write({ 'block/sda/size': '2000', 'block/sda/device/model': '\u001B[31m\u202E<b>disk</b>' });
    expect(await read()).toEqual({ disks: ['[31m<b>disk</b>, 1000 KiB'] });
  });

  it('is unknown without /sys', async () => {
    expect(await readLinuxHardware({ ...THIS_HOST, sys: join(root, 'none') }, [])).toEqual({});
  });

  it.runIf(process.platform === 'linux')('of this machine is plain text', async () => {
    const { gpus = [], disks = [] } = await readLinuxHardware(THIS_HOST);
    for (const text of [...gpus, ...disks]) expect(text).toMatch(/^\P{C}+$/u);
  });
});

it('a device missing in the list is not mistaken for one of another vendor', () => {
  expect(pciNameOf(NAMES, '0x10de', '0x13c0')).toEqual({ vendor: 'NVIDIA Corporation', device: '' });
  expect(pciNameOf(NAMES, '0x1234', '0x2684')).toBeNull();
  expect(pciNameOf('', '', '')).toBeNull();
});
