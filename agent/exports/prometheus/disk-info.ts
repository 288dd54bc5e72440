import { bytesOf, pathOf, readOnce, textOf } from '../../sampling/kernel/text.ts';
import { gauge, rawValue, type Labels, type RawValue } from '../../sampling/raw-values.ts';

/** What node_exporter leaves out by default: partitions, and what only looks like a disk. */
const EXCLUDED = /^(?:z?ram|loop|fd|(?:h|s|v|xv)d[a-z]|nvme\d+n\d+p)\d+$/;

export function isExportedDisk(name: string): boolean {
  return !EXCLUDED.test(name);
}

const INFO = gauge('node_disk_info', '1', 'Info of /sys/block/<block_device>.');

/** What udev or a driver knows may come after the disk has. */
const LOOK_AGAIN_MS = 60_000;

/** Each disk of `/proc/diskstats` with what udev knows of it. */
export class DiskInfo {
  readonly #sys: string;
  readonly #udev: string | null;
  #known = new Map<string, Labels>();
  #lookedAtMs = Number.NEGATIVE_INFINITY;

  /** @param udev folder of udev's data; `null` if it is not that of the measured host */
  constructor(sys: string, udev: string | null) {
    this.#sys = bytesOf(sys);
    this.#udev = udev;
  }

  /** @param diskstats bytes @param nowMs monotonic */
  *read(diskstats: string, nowMs: number): Generator<RawValue, void> {
    if (nowMs - this.#lookedAtMs >= LOOK_AGAIN_MS) {
      this.#known = new Map();
      this.#lookedAtMs = nowMs;
    }
    for (const line of diskstats.split('\n')) {
      const [major = '', minor = '', name] = line.trimStart().split(/ +/, 3);
      if (name === undefined || !isExportedDisk(name)) continue;
      const disk = `${major}:${minor} ${name}`;
      let labels = this.#known.get(disk);
      if (labels === undefined) {
        labels = this.#labelsOf(major, minor, name);
        this.#known.set(disk, labels);
      }
      yield* rawValue(INFO, labels, 1);
    }
  }

  #labelsOf(major: string, minor: string, name: string): Labels {
    const udevText = this.#udev === null ? null : readOnce(`${this.#udev}/b${major}:${minor}`);
    const properties = propertiesIn(udevText ?? '');
    const of = (...keys: string[]): string => keys.map((key) => properties.get(key)).find(Boolean) ?? '';
    const folder = `${this.#sys}/block/${name.replaceAll('/', '!')}`;
    return {
      device: textOf(name),
      major,
      minor,
      path: of('ID_PATH'),
      wwn: of('ID_WWN'),
      model: of('ID_MODEL'),
      serial: of('SCSI_IDENT_SERIAL', 'ID_SERIAL_SHORT', 'ID_SERIAL'),
      revision: of('ID_REVISION'),
      rotational: readOnce(pathOf(`${folder}/queue/rotational`))?.trim() === '1' ? '1' : '0',
    };
  }
}

/** Lines `E:ID_MODEL=…`. */
function propertiesIn(text: string): ReadonlyMap<string, string> {
  return new Map([...text.matchAll(/^E:([^=\n]+)=(.*)$/gm)].map(([, key = '', value = '']) => [key, value]));
}
