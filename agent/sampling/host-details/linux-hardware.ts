import { existsSync } from 'node:fs';
import { readdir, readFile, realpath } from 'node:fs/promises';
import type { HostDetails } from '../../../shared/protocol/messages.ts';
import { diskKind } from '../collectors/disks/disk-kind.ts';
import { cleanLabel } from '../instances.ts';
import type { KernelRoots } from '../kernel/roots.ts';
import { diskText, gpuText } from './hardware.ts';

const SECTOR_BYTES = 512;
const MAX_THINGS = 64;
/** Display controllers (PCI Code and ID Assignment Specification, base class 03h). */
const DISPLAY_CLASS = /^0x03/;
/** PCI device names as installed by distributions (pciutils). */
const PCI_NAMES = ['/usr/share/misc/pci.ids', '/usr/share/hwdata/pci.ids'];
/** More than the longest section of a single vendor. */
const MAX_VENDOR_CHARACTERS = 1_000_000;
/** For hosts without a list of names. */
const GPU_MAKERS: ReadonlyMap<string, string> = new Map([
  ['0x10de', 'NVIDIA'],
  ['0x1002', 'AMD'],
  ['0x8086', 'Intel'],
]);

/** Graphics cards and disks of the host behind `roots`, from `/sys` alone. Starts no process. Absent if there are none. Never rejects. */
export async function readLinuxHardware(
  roots: KernelRoots,
  pciNames = PCI_NAMES,
): Promise<Pick<HostDetails, 'gpus' | 'disks'>> {
  const [gpus, disks] = await Promise.all([readGpus(roots, pciNames), readDisks(roots)]);
  return { ...(gpus.length > 0 ? { gpus } : {}), ...(disks.length > 0 ? { disks } : {}) };
}

async function readDisks(roots: KernelRoots): Promise<string[]> {
  const names = (await namesIn(`${roots.sys}/block`)).filter((name) => diskKind(roots, name) === 'physical');
  const texts = await Promise.all(
    names.map(async (name) => {
      const folder = `${roots.sys}/block/${name}`;
      const [size, model, vendor] = await Promise.all(
        ['size', 'device/model', 'device/vendor'].map((file) => textOf(`${folder}/${file}`)),
      );
      // Optical drives, card readers without a card.
      if (Number(size) === 0) return null;
      return diskText({
        name: model ?? '',
        // A word with SCSI, a number with PCI and virtio; ATA names the bus.
        vendor: vendor === undefined || /^(?:0x|ATA$)/.test(vendor) ? '' : vendor,
        size: Number(size) * SECTOR_BYTES || 0,
      });
    }),
  );
  return listed(texts);
}

async function readGpus({ sys }: KernelRoots, pciNames: readonly string[]): Promise<string[]> {
  const devices = `${sys}/bus/pci/devices`;
  const cards: { readonly vendor: string; readonly device: string }[] = [];
  for (const name of await namesIn(devices)) {
    const kind = await textOf(`${devices}/${name}/class`);
    if (kind === undefined || !DISPLAY_CLASS.test(kind)) continue;
    const [vendor = '', device = ''] = await Promise.all(
      ['vendor', 'device'].map((file) => textOf(`${devices}/${name}/${file}`)),
    );
    cards.push({ vendor, device });
  }
  if (cards.length === 0) return [];
  const names = (await firstOf(pciNames)) ?? '';
  return listed(
    cards.map(({ vendor, device }) => {
      const known = pciNameOf(names, vendor, device);
      return gpuText({
        vendor: known?.vendor ?? GPU_MAKERS.get(vendor) ?? '',
        model: known?.device ?? '',
      });
    }),
  );
}

/** Looks up a device in pci.ids, where vendors start a line and their devices follow, indented by a tab. */
export function pciNameOf(
  list: string,
  vendor: string,
  device: string,
): { readonly vendor: string; readonly device: string } | null {
  const start = `\n${list}`.indexOf(`\n${vendor.slice(2)}  `);
  if (vendor === '' || start < 0) return null;
  const [head = '', ...rest] = list.slice(start, start + MAX_VENDOR_CHARACTERS).split('\n');
  const next = rest.findIndex((line) => /^[^\t#]/.test(line));
  const found = rest
    .slice(0, next < 0 ? undefined : next)
    .find((line) => line.startsWith(`\t${device.slice(2)}  `));
  return { vendor: head.slice(6).trim(), device: (found ?? '').slice(7).trim() };
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).toSorted();
  } catch {
    return [];
  }
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return cleanLabel(await readFile(path, 'utf8'));
  } catch {
    return undefined;
  }
}

async function firstOf(paths: readonly string[]): Promise<string | null> {
  const path = paths.find((one) => existsSync(one));
  if (path === undefined) return null;
  try {
    return await readFile(await realpath(path), 'utf8');
  } catch {
    return null;
  }
}

function listed(texts: readonly (string | null)[]): string[] {
  return texts
    .flatMap((text) => text ?? [])
    .map(cleanLabel)
    .filter((text) => text !== '')
    .slice(0, MAX_THINGS);
}
