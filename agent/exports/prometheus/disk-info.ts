import { bytesOf, readOnce, textOf } from '../../sampling/kernel/text.ts';
import { gauge, rawValue, type RawValue } from '../../sampling/raw-values.ts';
import type { KernelTexts } from './kernel-texts.ts';

/** What node_exporter leaves out by default: partitions, and what only looks like a disk. */
const EXCLUDED = /^(?:z?ram|loop|fd|(?:h|s|v|xv)d[a-z]|nvme\d+n\d+p)\d+$/;

export function isExportedDisk(name: string): boolean {
  return !EXCLUDED.test(name);
}

const INFO = gauge('node_disk_info', '1', 'Info of /sys/block/<block_device>.');

/**
 * Each disk of `/proc/diskstats` with what udev knows of it.
 * @param diskstats bytes @param udev folder of udev's data; `null` if it is not that of the measured host
 */
export function* readDiskInfo(
  diskstats: string,
  sys: string,
  udev: string | null,
  texts: KernelTexts,
): Generator<RawValue, void> {
  for (const [, major = '', minor = '', name = ''] of diskstats.matchAll(/^ *(\d+) +(\d+) (\S+)/gm)) {
    if (!isExportedDisk(name)) continue;
    const properties = udev === null ? NOTHING : propertiesIn(readOnce(`${udev}/b${major}:${minor}`) ?? '');
    const of = (...keys: string[]): string => keys.map((key) => properties.get(key)).find(Boolean) ?? '';
    const folder = `${bytesOf(sys)}/block/${name.replaceAll('/', '!')}`;
    const labels = {
      device: textOf(name),
      major,
      minor,
      path: of('ID_PATH'),
      wwn: of('ID_WWN'),
      model: of('ID_MODEL'),
      serial: of('SCSI_IDENT_SERIAL', 'ID_SERIAL_SHORT', 'ID_SERIAL'),
      revision: of('ID_REVISION'),
      rotational: texts.readShort(`${folder}/queue/rotational`) === '1' ? '1' : '0',
    };
    yield* rawValue(INFO, labels, 1);
  }
}

const NOTHING: ReadonlyMap<string, string> = new Map();

/** Lines `E:ID_MODEL=…`. */
function propertiesIn(text: string): ReadonlyMap<string, string> {
  return new Map([...text.matchAll(/^E:([^=\n]+)=(.*)$/gm)].map(([, key = '', value = '']) => [key, value]));
}
