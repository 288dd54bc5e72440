import { readdirSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { KernelFile, SINGLE_ENTRY_BYTES } from '../../kernel/kernel-file.ts';
import { numberIn, readOnce } from '../../kernel/text.ts';

/** `awake`: may be read; `resting`: show the last value; `asleep`: show none. */
export type Wakefulness = 'awake' | 'resting' | 'asleep';

/** Values older than this are not shown. */
const MAX_AGE_MS = 60_000;
/** Multiples of the autosuspend delay: the device needs one, and the kernel some time to notice. */
const DELAYS = 2;

/** On these buses the controller sleeps between any two reads anyway; firmware devices are reached without their bridge. */
const APART = new Set(['i2c', 'i3c', 'spi', 'peci', 'platform', 'acpi', 'pnp']);
/** The power state of a USB interface is not that of the device. */
const USB_INTERFACE = /^[\d.-]+:\d+\.\d+$/;

/**
 * Whether reading a sensor would wake its device or keep it awake. The kernel's own records cost the device nothing
 * (ABI/testing/sysfs-devices-power): a suspended device is not read, and one that autosuspends is read rarely enough for its delay to expire. A
 * rotating disk has a timer of its own, which a read may reset (hwmon/drivetemp.rst), so it is only read after it has worked.
 */
export class DeviceSleep {
  readonly #status: KernelFile;
  readonly #control: KernelFile;
  readonly #delay: KernelFile;
  readonly #disk: KernelFile | null;
  #diskText: string | null = null;
  #atMs = Number.NaN;
  #readAtMs = Number.NEGATIVE_INFINITY;
  #state: Wakefulness = 'asleep';

  /**
   * @param power its folder of that name
   * @param disk folder of a rotating disk, else `null`
   */
  constructor(power: string, disk: string | null) {
    const file = (path: string) => new KernelFile(path, SINGLE_ENTRY_BYTES);
    this.#status = file(join(power, 'runtime_status'));
    this.#control = file(join(power, 'control'));
    this.#delay = file(join(power, 'autosuspend_delay_ms'));
    this.#disk = disk === null ? null : file(join(disk, 'stat'));
  }

  /** As of the last `look`. */
  get state(): Wakefulness {
    return this.#state;
  }

  /** Call before each round of reads. @param atMs monotonic */
  look(atMs: number): void {
    this.#atMs = atMs;
    this.#state = this.#isSuspended() ? 'asleep' : this.#stateOfAwake();
  }

  /** Call after each read. */
  wasRead(): void {
    this.#readAtMs = this.#atMs;
    // The read itself may count as disk activity.
    this.#diskText = this.#disk?.readIfAny() ?? null;
  }

  close(): void {
    for (const file of [this.#status, this.#control, this.#delay, this.#disk]) file?.close();
  }

  #isSuspended(): boolean {
    return this.#status.readIfAny()?.startsWith('suspend') ?? false;
  }

  #stateOfAwake(): Wakefulness {
    const sinceMs = this.#atMs - this.#readAtMs;
    const mayBeRead = this.#disk === null ? sinceMs >= this.#pauseMs() : this.#hasWorked(this.#disk);
    if (mayBeRead) return 'awake';
    return sinceMs <= MAX_AGE_MS ? 'resting' : 'asleep';
  }

  #hasWorked(disk: KernelFile): boolean {
    const before = this.#diskText;
    this.#diskText = disk.readIfAny();
    return before !== null && this.#diskText !== before;
  }

  #pauseMs(): number {
    if (this.#control.readIfAny()?.trim() !== 'auto') return 0;
    return Math.max(0, DELAYS * (numberIn(this.#delay.readIfAny()) ?? 0));
  }
}

/** For a chip in `/sys/class/hwmon`; `null` if reading does no harm. */
export function deviceSleepOf(chip: string): DeviceSleep | null {
  const device = realPath(join(chip, 'device')) ?? realPath(chip);
  if (device === null) return null;
  const power = powerFolderOf(device);
  const disk = diskWithMotorIn(device);
  return power === null && disk === null ? null : new DeviceSleep(power ?? join(device, 'power'), disk);
}

/** Of the nearest device with runtime power management. */
function powerFolderOf(device: string): string | null {
  for (let folder = device; folder !== dirname(folder); folder = dirname(folder)) {
    const status = readOnce(join(folder, 'power/runtime_status'))?.trim();
    const isManaged = status !== undefined && status !== 'unsupported';
    if (isManaged && !USB_INTERFACE.test(basename(folder))) return join(folder, 'power');
    if (APART.has(basename(realPath(join(folder, 'subsystem')) ?? ''))) return null;
  }
  return null;
}

function diskWithMotorIn(device: string): string | null {
  try {
    const disks = readdirSync(join(device, 'block')).map((name) => join(device, 'block', name));
    return disks.find((disk) => readOnce(join(disk, 'queue/rotational'))?.trim() === '1') ?? null;
  } catch {
    return null;
  }
}

function realPath(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}
