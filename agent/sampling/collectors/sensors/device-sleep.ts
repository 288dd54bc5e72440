import { readdirSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { KernelFile, SINGLE_ENTRY_BYTES } from '../../kernel/kernel-file.ts';
import { numberIn, readOnce } from '../../kernel/text.ts';

/** `awake` may be asked; of one that is `resting` the last answer is told, and of one that is `asleep` none. */
export type Wakefulness = 'awake' | 'resting' | 'asleep';

/** An answer is no longer told when it is older. */
const TOLD_MS = 60_000;
/** The device needs its delay, and the kernel some time to see that it is over. */
const DELAYS = 2;

/** Their controllers sleep between any two questions, whatever is behind them, and what the firmware has is reached without its bridge. */
const APART = new Set(['i2c', 'i3c', 'spi', 'peci', 'platform', 'acpi', 'pnp']);
/** The state of a part of a USB device is not that of the device. */
const USB_INTERFACE = /^[\d.-]+:\d+\.\d+$/;

/**
 * Whether asking a sensor would wake its device, or keep it from going to sleep. The kernel's own account of it costs the device nothing
 * (ABI/testing/sysfs-devices-power): what is suspended is not asked, and what the kernel suspends after some idle time is asked
 * so seldom that the time can run out. A disk with a motor has a timer of its own, which a question may set back
 * (hwmon/drivetemp.rst): it is asked only after it has worked.
 */
export class DeviceSleep {
  readonly #status: KernelFile;
  readonly #control: KernelFile;
  readonly #delay: KernelFile;
  readonly #disk: KernelFile | null;
  #diskText: string | null = null;
  #atMs = Number.NaN;
  #askedAtMs = Number.NEGATIVE_INFINITY;
  #state: Wakefulness = 'asleep';

  /** @param power the folder of that name; @param disk the folder of a disk with a motor, `null` for another device */
  constructor(power: string, disk: string | null) {
    const file = (path: string) => new KernelFile(path, SINGLE_ENTRY_BYTES);
    this.#status = file(join(power, 'runtime_status'));
    this.#control = file(join(power, 'control'));
    this.#delay = file(join(power, 'autosuspend_delay_ms'));
    this.#disk = disk === null ? null : file(join(disk, 'stat'));
  }

  /** As of the last look. */
  get state(): Wakefulness {
    return this.#state;
  }

  /** To be called before a round of questions. @param atMs monotonic */
  look(atMs: number): void {
    this.#atMs = atMs;
    this.#state = this.#isSuspended() ? 'asleep' : this.#stateOfAwake();
  }

  /** It has just been asked. */
  asked(): void {
    this.#askedAtMs = this.#atMs;
    // The question may count as work.
    this.#diskText = this.#disk?.readIfAny() ?? null;
  }

  close(): void {
    for (const file of [this.#status, this.#control, this.#delay, this.#disk]) file?.close();
  }

  #isSuspended(): boolean {
    return this.#status.readIfAny()?.startsWith('suspend') ?? false;
  }

  #stateOfAwake(): Wakefulness {
    const sinceMs = this.#atMs - this.#askedAtMs;
    const mayBeAsked = this.#disk === null ? sinceMs >= this.#pauseMs() : this.#hasWorked(this.#disk);
    if (mayBeAsked) return 'awake';
    return sinceMs <= TOLD_MS ? 'resting' : 'asleep';
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

/** Of the chip in a folder of `/sys/class/hwmon`; `null` where asking does no harm. */
export function deviceSleepOf(chip: string): DeviceSleep | null {
  const device = realPath(join(chip, 'device')) ?? realPath(chip);
  if (device === null) return null;
  const power = powerFolderOf(device);
  const disk = diskWithMotorIn(device);
  return power === null && disk === null ? null : new DeviceSleep(power ?? join(device, 'power'), disk);
}

/** Of the nearest device whose power the kernel manages. */
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
