import type { Systeminformation } from 'systeminformation';

/** Display name of a disk in systeminformation's `diskLayout`: `Samsung SSD 980, 932 GiB`; `null` without name and size. */
export function diskText({ vendor, name, size }: Disk): string | null {
  const parts = [vendorAndName(vendor, name), size > 0 ? sizeText(size) : ''].filter((part) => part !== '');
  return parts.length > 0 ? parts.join(', ') : null;
}

type Disk = Pick<Systeminformation.DiskLayoutData, 'vendor' | 'name' | 'size'>;

/** Display name of a graphics card in systeminformation's `graphics`; `null` without a name. */
export function gpuText({
  vendor,
  model,
}: Pick<Systeminformation.GraphicsControllerData, 'vendor' | 'model'>): string | null {
  const text = vendorAndName(vendor, model);
  return text === '' ? null : text;
}

/** systeminformation answers `unknown` or nothing if it does not know. */
export function joinKnown(...parts: (string | null | undefined)[]): string {
  return parts
    .map((part) => part?.trim() ?? '')
    .filter((part) => part !== '' && part.toLowerCase() !== 'unknown')
    .join(' ');
}

/** Most names already begin with the vendor. */
function vendorAndName(vendor: string, name: string): string {
  const [maker = ''] = joinKnown(vendor).split(' ');
  return maker !== '' && name.toLowerCase().includes(maker.toLowerCase())
    ? joinKnown(name)
    : joinKnown(vendor, name);
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** Binary units with three digits, as for all bytes, although disk makers use decimal ones. */
function sizeText(bytes: number): string {
  const power = Math.min(Math.floor(Math.log2(bytes) / 10), UNITS.length - 1);
  return `${Number((bytes / 1024 ** power).toPrecision(3))} ${UNITS[power] ?? ''}`;
}
