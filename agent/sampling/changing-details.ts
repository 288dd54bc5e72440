import os from 'node:os';
import type { HostDetails } from '../../shared/protocol/messages.ts';
import type { Clock } from '../clock.ts';
import { BootTime, readUptimeMs } from './host-details/boot-time.ts';
import type { KernelRoots } from './kernel/roots.ts';
import { parseMeminfo } from './collectors/memory/proc-meminfo.ts';
import { readOnce } from './kernel/text.ts';

const LOOK_EVERY_MS = 60_000;

/** Host details that can change while the agent runs: boot time (when the wall clock is set), memory (virtual machines), online processors. */
export class ChangingDetails {
  readonly #roots: KernelRoots;
  readonly #clock: Pick<Clock, 'now' | 'wallNow'>;
  readonly #bootTime: BootTime;
  #size: HostDetails;
  #lookedMs: number;

  constructor(roots: KernelRoots, clock: Pick<Clock, 'now' | 'wallNow'>) {
    this.#roots = roots;
    this.#clock = clock;
    this.#bootTime = new BootTime(clock, () => readUptimeMs(roots));
    this.#size = readHostSize(this.#roots);
    this.#lookedMs = clock.now();
  }

  /** Unix ms, as of the last `news`. */
  get bootedAtMs(): number {
    return this.#bootTime.ms;
  }

  /** Details that differ from the last call, usually none. Reads two files a minute. */
  news(): HostDetails {
    const bootedAtMs = this.#bootTime.news();
    return { ...(bootedAtMs === null ? {} : { bootedAtMs }), ...this.#newSize() };
  }

  #newSize(): HostDetails {
    if (this.#clock.now() - this.#lookedMs < LOOK_EVERY_MS) return {};
    this.#lookedMs = this.#clock.now();
    const { cores, memoryTotalBytes } = this.#size;
    this.#size = readHostSize(this.#roots);
    return {
      ...(this.#size.cores === cores ? {} : { cores: this.#size.cores }),
      ...(this.#size.memoryTotalBytes === memoryTotalBytes
        ? {}
        : { memoryTotalBytes: this.#size.memoryTotalBytes }),
    };
  }
}

/**
 * Online processors and total memory of the host behind `roots`, from `/proc/stat` (proc_stat(5)) and `/proc/meminfo` (proc_meminfo(5)),
 * elsewhere from `node:os`.
 */
export function readHostSize({ proc }: KernelRoots): Pick<HostDetails, 'cores' | 'memoryTotalBytes'> {
  return {
    cores: (readOnce(`${proc}/stat`)?.match(/^cpu\d/gm) ?? os.cpus()).length || undefined,
    memoryTotalBytes: parseMeminfo(readOnce(`${proc}/meminfo`) ?? '').total ?? os.totalmem(),
  };
}
