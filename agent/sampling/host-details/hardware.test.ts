import { expect, it } from 'vitest';
import { diskText, gpuText, joinKnown } from './hardware.ts';

it.each([
  [
    { vendor: 'Samsung', name: 'Samsung SSD 980 1TB', size: 1_000_204_886_016 },
    'Samsung SSD 980 1TB, 932 GiB',
  ],
  [
    { vendor: 'Western Digital', name: 'WDC WD40EFRX-68N', size: 4_000_787_030_016 },
    'Western Digital WDC WD40EFRX-68N, 3.64 TiB',
  ],
  [{ vendor: '', name: 'QEMU HARDDISK', size: 34_359_738_368 }, 'QEMU HARDDISK, 32 GiB'],
  [{ vendor: '', name: '', size: 512_110_190_592 }, '477 GiB'],
  [{ vendor: '', name: '', size: 1_099_000_000_000 }, '1020 GiB'],
  [{ vendor: 'unknown', name: '', size: 0 }, null],
])('a disk %j is called %j', (disk, text) => {
  expect(diskText(disk)).toBe(text);
});

it.each([
  [{ vendor: 'NVIDIA Corporation', model: 'NVIDIA GeForce RTX 4090' }, 'NVIDIA GeForce RTX 4090'],
  [{ vendor: 'Intel Corporation', model: 'UHD Graphics 630' }, 'Intel Corporation UHD Graphics 630'],
  [{ vendor: '', model: '' }, null],
])('a graphics card %j is called %j', (card, text) => {
  expect(gpuText(card)).toBe(text);
});

it('unknown words are left out', () => {
  expect(joinKnown('Debian', '', undefined, 'Unknown', '12')).toBe('Debian 12');
});
