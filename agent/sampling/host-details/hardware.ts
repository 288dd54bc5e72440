import type { Systeminformation } from 'systeminformation';

/** A disk as people call it, from systeminformation's `diskLayout`: `Samsung SSD 980, 932 GiB`; `null` for one without name and size. */
export function diskText({ vendor, name, size }: Disk): string | null {
  const parts = [vendorAndName(vendor, name), size > 0 ? sizeText(size) : ''].filter((part) => part !== '');
  return parts.length > 0 ? parts.join(', ') : null;
}

type Disk = Pick<Systeminformation.DiskLayoutData, 'vendor' | 'name' | 'size'>;

/** A graphics card as people call it, from systeminformation's `graphics`; `null` for one without a name. */
export function gpuText({
  vendor,
  model,
}: Pick<Systeminformation.GraphicsControllerData, 'vendor' | 'model'>): string | null {
  const text = vendorAndName(vendor, model);
  return text === '' ? null : text;
}

/** systeminformation says `unknown` or nothing where it does not know. */
export function words(...parts: (string | null | undefined)[]): string {
  return parts
    .map((part) => part?.trim() ?? '')
    .filter((part) => part !== '' && part.toLowerCase() !== 'unknown')
    .join(' ');
}

/** Names often begin with that of the maker already. */
function vendorAndName(vendor: string, name: string): string {
  const [maker = ''] = words(vendor).split(' ');
  return maker !== '' && name.toLowerCase().includes(maker.toLowerCase()) ? words(name) : words(vendor, name);
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** In the units that all bytes are told in, though makers of disks count by powers of 1000. Three digits. */
function sizeText(bytes: number): string {
  const power = Math.min(Math.floor(Math.log2(bytes) / 10), UNITS.length - 1);
  return `${Number((bytes / 1024 ** power).toPrecision(3))} ${UNITS[power] ?? ''}`;
}
