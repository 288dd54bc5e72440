import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CounterRates } from '../../counter-rate.ts';
import { bytes, percent } from '../../rounding.ts';
import { KernelFile } from '../../kernel/kernel-file.ts';
import { MEMORY_FILES, limitIn, workingSet } from '../../kernel/cgroup/limits.ts';
import { keyedNumber, numberIn, readOnce } from '../../kernel/text.ts';
import { counter, rawValue, type RawValue } from '../../raw-values.ts';
import type { CgroupTree, CgroupTrees } from './cgroup-trees.ts';
import type { DeviceStacks, IoCounts } from './device-stacks.ts';
import { parseIoServiceBytes, parseIoStat, IoRates } from './io.ts';
import type { ContainerParts } from './metrics.ts';

/** By version, in order of preference. */
const FILES = {
  cpu: { 1: ['cpuacct.usage'], 2: ['cpu.stat'] },
  memory: { 1: [MEMORY_FILES[1].used], 2: [MEMORY_FILES[2].used] },
  memoryStat: { 1: ['memory.stat'], 2: ['memory.stat'] },
  pids: { 1: ['pids.current'], 2: ['pids.current'] },
  io: {
    1: ['blkio.throttle.io_service_bytes_recursive', 'blkio.throttle.io_service_bytes'],
    2: ['io.stat'],
  },
} as const;

const CPU_TIME = counter(
  'metrics_panel_container_cpu_seconds_total',
  's',
  'Processor time that the container has used.',
);
/** Not additive: a transfer through stacked devices (LVM) is counted for each of them. */
const READ_BYTES = counter(
  'metrics_panel_container_read_bytes_total',
  'By',
  'Bytes that the container has read from each block device.',
);
const WRITTEN_BYTES = counter(
  'metrics_panel_container_written_bytes_total',
  'By',
  'Bytes that the container has written to each block device.',
);

/** One container's cgroups, with their files kept open. */
export class Container {
  readonly #trees: CgroupTrees;
  readonly #path: string;
  #cpu: KernelFile | null = null;
  #memory: KernelFile | null = null;
  #memoryStat: KernelFile | null = null;
  readonly #memoryMaxPath: string | null;
  #pids: KernelFile | null = null;
  #io: KernelFile | null = null;
  readonly #cpuRate = new CounterRates();
  readonly #ioRates = new IoRates();
  #memoryMax: number | null = null;
  #countsIo = false;

  /** @param path below the root of each of `trees` */
  constructor(trees: CgroupTrees, path: string) {
    this.#trees = trees;
    this.#path = path;
    this.#memoryMaxPath =
      trees.memory === null ? null : join(trees.memory.root, path, MEMORY_FILES[trees.memory.version].max);
    this.look();
  }

  /** What is readable, as of the last `look`. */
  get parts(): ContainerParts {
    return {
      hasCpu: this.#cpu !== null,
      hasMemory: this.#memory !== null,
      hasMemoryMax: this.#memoryMax !== null,
      hasPids: this.#pids !== null,
      hasIo: this.#countsIo,
    };
  }

  /** Looks for files (a controller may be enabled later, even for a neighbour's sake), the memory limit and I/O counters. */
  look(): void {
    const path = this.#path;
    const { cpu, memory, pids, io } = this.#trees;
    this.#cpu ??= firstFile(cpu, path, FILES.cpu);
    this.#memory ??= firstFile(memory, path, FILES.memory);
    this.#memoryStat ??= firstFile(memory, path, FILES.memoryStat);
    this.#pids ??= firstFile(pids, path, FILES.pids);
    this.#io ??= firstFile(io, path, FILES.io);
    this.#memoryMax = this.#memoryMaxPath === null ? null : limitIn(readOnce(this.#memoryMaxPath));
    this.#countsIo = this.#readIo() !== null;
  }

  /**
   * Appends the current values to `values`, in the order of `containerMetrics`.
   * @param processorCount of the host
   * @param stacks of the host's block devices
   */
  read(atMs: number, processorCount: number, stacks: DeviceStacks, values: (number | null)[]): void {
    const [cpu = null] = this.#cpuRate.next([this.#usedSeconds()], atMs);
    const { read, written } = this.#ioRates.next(this.#readIo(), atMs, stacks);
    if (this.#cpu !== null) {
      values.push(percent(cpu === null ? null : Math.min((cpu / processorCount) * 100, 100)));
    }
    if (this.#memory !== null) values.push(this.#workingSet(this.#memory));
    if (this.#memoryMax !== null) values.push(bytes(this.#memoryMax));
    if (this.#pids !== null) values.push(numberIn(this.#pids.readIfAny()));
    if (this.#countsIo) values.push(bytes(read), bytes(written));
  }

  /**
   * Counters as of the last `read`.
   * @param label display name
   * @param part its part of the live metrics' names
   */
  *rawValues(label: string, part: string): Generator<RawValue, void> {
    yield* rawValue(CPU_TIME, { container: label }, this.#cpuRate.counts[0], `container.${part}.cpu`);
    for (const { device, read, written } of this.#ioRates.counts ?? []) {
      const labels = { container: label, device };
      yield* rawValue(READ_BYTES, labels, read);
      yield* rawValue(WRITTEN_BYTES, labels, written);
    }
  }

  close(): void {
    for (const file of [this.#cpu, this.#memory, this.#memoryStat, this.#pids, this.#io]) file?.close();
  }

  #usedSeconds(): number | null {
    const text = this.#cpu?.readIfAny() ?? null;
    const isNewer = this.#trees.cpu?.version === 2;
    const used = isNewer ? keyedNumber(text, 'usage_usec') : numberIn(text);
    return used === null ? null : used / (isNewer ? 1e6 : 1e9);
  }

  #workingSet(used: KernelFile): number | null {
    const stat = this.#memoryStat?.readIfAny() ?? null;
    return bytes(
      workingSet(
        numberIn(used.readIfAny()),
        keyedNumber(stat, MEMORY_FILES[this.#trees.memory?.version ?? 2].inactiveFile),
      ),
    );
  }

  #readIo(): IoCounts[] | null {
    const text = this.#io?.readIfAny() ?? null;
    if (text === null) return null;
    return this.#trees.io?.version === 2 ? parseIoStat(text) : parseIoServiceBytes(text);
  }
}

function firstFile(
  tree: CgroupTree | null,
  path: string,
  names: Readonly<Record<1 | 2, readonly string[]>>,
): KernelFile | null {
  if (tree === null) return null;
  const found = names[tree.version]
    .map((name) => join(tree.root, path, name))
    .find((file) => existsSync(file));
  return found === undefined ? null : new KernelFile(found);
}
