import { existsSync } from 'node:fs';
import { rounded } from '../../rounding.ts';
import { KernelFile } from '../../kernel/kernel-file.ts';
import type { KernelRoots } from '../../kernel/roots.ts';

/**
 * Clock frequencies from `/sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq` etc. (kernel: admin-guide/pm/cpufreq.rst), present only with
 * frequency control.
 */
export class Frequencies {
  readonly #sys: string;
  readonly #isUsable: boolean;
  #files: readonly (KernelFile | null)[] = [];

  constructor({ proc, sys }: KernelRoots, arch: string = process.arch) {
    this.#sys = sys;
    const release = new KernelFile(`${proc}/sys/kernel/osrelease`);
    this.#isUsable = !sleepsForFrequency(arch, release.readIfAny() ?? '');
    release.close();
  }

  /** Opens the files of these processors. Returns those that have one. */
  open(cores: readonly string[]): ReadonlySet<string> {
    this.close();
    if (!this.#isUsable) return new Set();
    this.#files = cores.map((core) => {
      const path = `${this.#sys}/devices/system/cpu/cpu${core}/cpufreq/scaling_cur_freq`;
      // Existence is enough: one that is asleep, or new, may become readable later.
      return existsSync(path) ? new KernelFile(path) : null;
    });
    return new Set(cores.filter((_core, index) => this.#files[index] !== null));
  }

  /** Hz, in the order of `open`; `null` if unknown. */
  read(): (number | null)[] {
    return this.#files.map((file) => {
      const text = file?.readIfAny() ?? null;
      return text === null ? null : parseKilohertz(text);
    });
  }

  close(): void {
    for (const file of this.#files) file?.close();
    this.#files = [];
  }
}

/** Hz; `null` for anything else, such as the kernel's `<unknown>`. */
export function parseKilohertz(text: string): number | null {
  const kilohertz = Number(text);
  return kilohertz > 0 ? rounded(kilohertz * 1000, 0) : null;
}

/** Mean of the known frequencies, Hz; `null` if none is known. */
export function meanFrequency(frequencies: readonly (number | null)[]): number | null {
  let sum = 0;
  let count = 0;
  for (const frequency of frequencies) {
    if (frequency === null) continue;
    sum += frequency;
    count += 1;
  }
  return count === 0 ? null : rounded(sum / count, 0);
}

/**
 * Whether reading a frequency may block for 10 to 20 ms per processor: on x86, Linux 4.13 to 5.18 does if the previous reading is older than a
 * second (kernel: arch/x86/kernel/cpu/aperfmperf.c).
 * @param release of uname(2), such as `5.15.0-91-generic`
 */
export function sleepsForFrequency(arch: string, release: string): boolean {
  const [major = 0, minor = 0] = release.split('.', 2).map((part) => Number.parseInt(part, 10));
  const version = major * 1000 + minor;
  return (arch === 'x64' || arch === 'ia32') && version >= 4013 && version < 5019;
}
