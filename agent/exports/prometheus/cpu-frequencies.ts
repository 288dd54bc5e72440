import { Frequencies, parseKilohertz } from '../../sampling/collectors/cpu/frequencies.ts';
import { cpuFrequency } from '../../sampling/collectors/cpu/raw-values.ts';
import type { KernelRoots } from '../../sampling/kernel/roots.ts';
import { gauge, rawValue, type RawValue } from '../../sampling/raw-values.ts';
import type { KernelTexts } from './kernel-texts.ts';

const LIMITS = [
  [
    'scaling_min_freq',
    gauge('node_cpu_scaling_frequency_min_hertz', 'Hz', 'Minimum scaled CPU thread frequency in hertz.'),
  ],
  [
    'scaling_max_freq',
    gauge('node_cpu_scaling_frequency_max_hertz', 'Hz', 'Maximum scaled CPU thread frequency in hertz.'),
  ],
] as const;

/** Current, lowest and highest clock frequency of each processor that has frequency control. */
export class CpuFrequencies {
  readonly #sys: string;
  readonly #texts: KernelTexts;
  readonly #frequencies: Frequencies;
  #online = '';
  #cores: readonly string[] = [];
  #withFrequency: ReadonlySet<string> = new Set();

  constructor(roots: KernelRoots, texts: KernelTexts) {
    this.#texts = texts;
    this.#sys = roots.sys;
    this.#frequencies = new Frequencies(roots);
  }

  /** @param stat text of `/proc/stat`, which names the online processors */
  *read(stat: string): Generator<RawValue, void> {
    this.#open(stat);
    if (this.#withFrequency.size === 0) return;
    for (const [index, hertz] of this.#frequencies.read().entries()) {
      const cpu = this.#cores[index];
      if (cpu === undefined || !this.#withFrequency.has(cpu)) continue;
      yield* cpuFrequency(cpu, hertz);
      for (const [file, family] of LIMITS) {
        const text = this.#texts.read(`${this.#sys}/devices/system/cpu/cpu${cpu}/cpufreq/${file}`);
        yield* rawValue(family, { cpu }, text === null ? null : parseKilohertz(text));
      }
    }
  }

  close(): void {
    this.#frequencies.close();
  }

  #open(stat: string): void {
    const cores = [...stat.matchAll(/^cpu(\d+) /gm)].map(([, core = '']) => core);
    const online = cores.join();
    if (online === this.#online) return;
    this.#online = online;
    this.#cores = cores;
    this.#withFrequency = this.#frequencies.open(cores);
  }
}
